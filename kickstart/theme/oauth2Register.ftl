[#ftl/]
[#-- Almanac's registration page: as on the sign-in page, everybody stays signed in on this device. --]
[#import "../_helpers.ftl" as helpers/]
[#function text key otherwise]
  [#local found = theme.optionalMessage(key)/]
  [#return (found == key)?then(otherwise, found)/]
[/#function]
[@helpers.html]
  [@helpers.head title=theme.message("register")]
    <meta name="referrer" content="no-referrer"/>
    <meta name="robots" content="noindex"/>
    <script>
      // An invitation comes with the link, and is kept for this tab, since FusionAuth drops it from page to page
      (function () {
        var asked = new URLSearchParams(window.location.search);
        function invitation(parameter, field) {
          var value = asked.get(parameter) || asked.get(field);
          asked.delete(parameter);
          asked.delete(field);
          try {
            if (value) {
              window.sessionStorage.setItem('almanac.' + parameter, value);
            }
            return value || window.sessionStorage.getItem('almanac.' + parameter) || '';
          } catch (blocked) {
            return value || '';
          }
        }
        if (asked.get('invite') || asked.get('user.data.inviteCode')) {
          try {
            window.sessionStorage.removeItem('almanac.inviter'); // of an earlier link
          } catch (blocked) {
            // then nothing was kept
          }
        }
        var code = invitation('invite', 'user.data.inviteCode');
        var inviter = invitation('inviter', 'user.data.inviterEmail');
        if (window.location.search) {
          window.history.replaceState(null, '', window.location.pathname + '?' + asked);
        }
        document.addEventListener('DOMContentLoaded', function () {
          var field = document.getElementById('user_data_inviteCode');
          var inviterField = document.querySelector('input[name="user.data.inviterEmail"]');
          if (inviterField && !inviterField.value) {
            inviterField.value = inviter;
          }
          if (field && !field.value && code) {
            field.value = code;
            document.getElementById('invitation-by-hand').hidden = true;
            document.getElementById('invitation-filled-in').hidden = false;
          }
        });
      })();
    </script>
  [/@helpers.head]
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
              [#if field.key == "user.data.inviterEmail"]
                [@helpers.hidden name=field.key/]
              [#elseif field.key == "user.data.inviteCode"]
                [#-- Hidden when the link has filled it in; to be seen when there is none, or it was refused --]
                [#assign filledIn = ((user.data.inviteCode)!"")?has_content && !(fieldMessages[field.key])?has_content/]
                <p id="invitation-filled-in"[#if !filledIn] hidden[/#if]>${text("almanac-invitation-filled-in", "Your invitation is filled in.")}</p>
                [#if filledIn]
                  [@helpers.hidden name=field.key/]
                [#else]
                  <div id="invitation-by-hand">
                    [@helpers.customField field=field key=field.key autofocus=false placeholder=field.key label=text(field.key, "Invitation code")/]
                  </div>
                [/#if]
              [#else]
                [@helpers.customField field=field key=field.key autofocus=field?is_first placeholder=field.key label=text(field.key, field.name)/]
              [/#if]
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
