[#ftl/]
[#-- Almanac's registration page: as on the sign-in page, everybody stays signed in on this device. --]
[#import "../_helpers.ftl" as helpers/]
[@helpers.html]
  [@helpers.head title=theme.message("register")/]
  [@helpers.body]
    [@helpers.main title=theme.message("register")]
      <form action="${request.contextPath}/oauth2/register" method="POST" class="full">
        [@helpers.oauthHiddenFields/]
        [@helpers.hidden name="step"/]
        [@helpers.hidden name="registrationState"/]
        <input type="hidden" name="rememberDevice" value="true"/>
        <fieldset>
          [#if fields?has_content]
            [#list fields as field]
              [@helpers.customField field field.key field?is_first?then(true, false) field.key/]
            [/#list]
          [#else]
            [@helpers.input type="text" name="user.email" id="email" autocomplete="email" autofocus=true placeholder=theme.message("email") leftAddon="user" required=true/]
            [@helpers.input type="password" name="user.password" id="password" autocomplete="new-password" placeholder=theme.message("password") leftAddon="lock" required=true/]
          [/#if]
        </fieldset>
        <p>You stay signed in on this device.</p>
        <div class="form-row">[@helpers.button icon="key" text=theme.message("register")/]</div>
      </form>
    [/@helpers.main]
    [@helpers.footer/]
  [/@helpers.body]
[/@helpers.html]
