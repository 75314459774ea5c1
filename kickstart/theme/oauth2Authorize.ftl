[#ftl/]
[#-- Almanac's sign-in page: everybody stays signed in on this device, and the provider of calendars has no button. --]
[#import "../_helpers.ftl" as helpers/]
[@helpers.html]
  [@helpers.head title=theme.message("login")/]
  [@helpers.body]
    [@helpers.main title=theme.message("login")]
      <form action="${request.contextPath}/oauth2/authorize" method="POST" class="full">
        [@helpers.oauthHiddenFields/]
        [@helpers.hidden name="showPasswordField"/]
        [@helpers.hidden name="userVerifyingPlatformAuthenticatorAvailable"/]
        <input type="hidden" name="rememberDevice" value="true"/>
        <fieldset>
          [@helpers.input type="text" name="loginId" id="loginId" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" autofocus=true placeholder=theme.message("loginId") leftAddon="user" required=true/]
          [@helpers.input type="password" name="password" id="password" autocomplete="current-password" placeholder=theme.message("password") leftAddon="lock" required=true/]
        </fieldset>
        <p>You stay signed in on this device.</p>
        <div class="form-row">
          [@helpers.button icon="key" text=theme.message("submit")/]
          <p class="mt-2">[@helpers.link url="${request.contextPath}/password/forgot"]${theme.message("forgot-your-password")}[/@helpers.link]</p>
        </div>
      </form>
      [#list ((identityProviders!{})["OpenIDConnect"])![] as identityProvider]
        [#if identityProvider.name != "Google calendars"]
          <p class="mt-2">[@helpers.link url="${request.contextPath}/oauth2/authorize" extraParameters="&idp_hint=${identityProvider.id}&rememberDevice=true"]${identityProvider.lookupButtonText(client_id)}[/@helpers.link]</p>
        [/#if]
      [/#list]
    [/@helpers.main]
    [@helpers.footer/]
  [/@helpers.body]
[/@helpers.html]
