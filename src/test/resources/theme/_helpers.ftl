[#ftl/]
[#-- What FusionAuth's own theme offers to pages, as far as Almanac's pages use it: the same names and parameters. --]
[#macro html]
<!DOCTYPE html>
<html lang="en">
  [#nested/]
</html>
[/#macro]

[#macro head title="Login | FusionAuth" author="FusionAuth" description=""]
<head>
  <meta charset="utf-8">
  <title>${title}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="index, follow">
  <meta name="referrer" content="strict-origin">
  <style>body{font:1rem/1.5 system-ui;margin:2rem auto;max-width:30rem;padding:0 1rem;color-scheme:light dark}
  button,input{font:inherit;padding:.5rem .75rem;margin:.15rem 0}label{display:block;margin:.4rem 0}fieldset{border:0;padding:0}
  .error{color:#b3261e}@media(prefers-color-scheme:dark){.error{color:#ffb4ab}}</style>
  [#nested/]
</head>
[/#macro]

[#macro body]
<body>
  [#nested/]
</body>
[/#macro]

[#macro main title=""]
<main>
  <p><small>Sandbox: not the real service</small></p>
  <h1>${title}</h1>
  [#list errorMessages as message]<p class="error" role="alert">${message}</p>[/#list]
  [#nested/]
</main>
[/#macro]

[#macro footer][/#macro]

[#macro oauthHiddenFields]
  [#list ["captcha_token", "client_id", "code_challenge", "code_challenge_method", "metaData.device.name", "metaData.device.type",
    "nonce", "oauth_context", "max_age", "pendingIdPLinkId", "prompt", "redirect_uri", "response_mode", "response_type", "scope",
    "state", "tenantId", "timezone", "user_code"] as name]
    [@hidden name=name/]
  [/#list]
[/#macro]

[#macro hidden name value="" dateTimeFormat=""]
  <input type="hidden" name="${name}" value="${value?has_content?then(value, valueOf(name))}"/>
[/#macro]

[#function valueOf name]
  [#local value = ("((" + name + ")!'')")?eval/]
  [#return value?string/]
[/#function]

[#macro input type name id autocapitalize="none" autocomplete="on" autocorrect="off" autofocus=false spellcheck="false" label="" placeholder="" leftAddon="" required=false tooltip="" disabled=false class=""]
  <label for="${id}">${label?has_content?then(label, placeholder)}</label>
  <input type="${type}" id="${id}" name="${name}" autocomplete="${autocomplete}"[#if type != "password"] value="${valueOf(name)}"[/#if][#if autofocus] autofocus[/#if]/>
  [#list (fieldMessages[name])![] as message]<span class="error">${message}</span>[/#list]
[/#macro]

[#macro customField field key autofocus=false placeholder="" label="" leftAddon="true"]
  [#local type = (field.control == "password")?then("password", "text")/]
  <div>[@input type=type name=key id=field.key?replace(".", "_") required=field.required autofocus=autofocus label=label placeholder=theme.optionalMessage(placeholder)/]</div>
[/#macro]

[#macro button text icon="arrow-right" color="blue" disabled=false name="" value=""]
  <button>${text}</button>
[/#macro]

[#macro link url extraParameters=""]
  <a href="${url}?client_id=${(client_id!'')?url}&amp;redirect_uri=${(redirect_uri!'')?url}&amp;state=${(state!'')?url}${extraParameters?no_esc}">[#nested/]</a>
[/#macro]
