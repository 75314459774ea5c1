/*
 * "Sign in with Google": gives the roles that go with the domain of a verified address, and notes in
 * registration.data.rolesByDomain which it gave. The address is that of FusionAuth's user, not the one that Google
 * tells: linking somebody else's Google account gives nothing.
 *
 * It only adds. FusionAuth does not apply a reconcile lambda's later changes reliably (its issues 536 and 2612), so
 * Almanac settles roles at every sign-in by the same rules, and takes away what no rule gives any more.
 *
 * The rules are the value of ROLES_BY_DOMAIN. Where FusionAuth does not fill them in here, there are none, and Almanac
 * does it all. Domains beyond ASCII are left to Almanac too, unless they are written in punycode.
 */
var RULES = '#{ENV.ROLES_BY_DOMAIN}';

function reconcile(user, registration, jwt, id_token, tokens, context) {
  if (!user || !registration || user.verified !== true) {
    return;
  }
  var roles = list(registration.roles);
  var data = registration.data || {};
  var given = list(data.rolesByDomain);
  rolesAt(domainOf(user.email)).forEach(function (role) {
    if (roles.indexOf(role) < 0) {
      roles.push(role);
      if (given.indexOf(role) < 0) {
        given.push(role);
      }
    }
  });
  data.rolesByDomain = given;
  registration.data = data;
  registration.roles = roles;
}

function rolesAt(domain) {
  if (!domain || RULES.charAt(0) === '#') {
    return [];
  }
  return RULES.split(',')
    .map(function (rule) { return rule.split('='); })
    .filter(function (rule) { return rule.length === 2 && hostName(rule[0].trim()) === domain; })
    .map(function (rule) { return rule[1].trim(); });
}

// What stands after the last @ of one plain address; a quoted local part may hold others
function domainOf(address) {
  var found = /^(?:"(?:[^"\\]|\\.)*"|[^\s"(),:;<>@[\]\\]+)@([^@]+)$/.exec(String(address || ''));
  return found && hostName(found[1]);
}

// ASCII before lower case: other letters, such as the Kelvin sign, would become ASCII by it
function hostName(text) {
  var name = /^[\x21-\x7e]{1,253}$/.test(text) ? text.toLowerCase() : '';
  return /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name) ? name : null;
}

function list(values) {
  return values ? Array.from(values) : [];
}
