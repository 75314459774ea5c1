/*
 * Mode "search": the code in the registration form is good if exactly one active member of Almanac has it, unexpired,
 * among their user.data.inviteCodes. Whatever is not a clear yes refuses. The index lags behind by about a second, so
 * two people can use one code within that time: docs/invitations.md has the figures.
 *
 * Secret: almanac-search-key, an API key of this tenant that may do POST /api/user/search and nothing else.
 */
var APPLICATION_ID = 'a1a2a3a4-0000-4000-8000-000000000002'; // where the registration does not name its application
var SEARCH = 'http://localhost:9012/api/user/search'; // FusionAuth's own API, inside the server
var CODE = 'user.data.inviteCode';
// Greek and Cyrillic twins of letters, and what is meant by them; InviteCode.java has the same
var TWINS = 'o\u03bf\u043eil\u0131\u0456\u04cf\u03b9\u0399|\u0430\u0251\u03b1\u0391\u0432\u03b2'
  + '\u0392\u0441\u03c2\u0435\u03b5\u0395\u043d\u0397\u0458\u03f3\u043a\u03ba\u039a\u043c\u039c\u039d'
  + '\u0440\u03c1\u03a1\u0455\u0442\u03c4\u03a4\u03bd\u051d\u0445\u03c7\u03a7\u0443\u03b3\u03a5\u0396';
var MEANT = '00011111111aaaabbbcceeehhjjkkkmmnpppstttvwxxxyyyz';

// FusionAuth's documentation and the template that it ships differ on where the context stands: both places will do.
function validate(result, user, registration, fourth, fifth) {
  var problem;
  try {
    problem = problemWith(user || {}, registration || {}, servicesIn(fifth) || servicesIn(fourth));
  } catch (e) {
    console.error('An invitation could not be checked: ' + (e && e.name)); // no message: it could quote what was asked
    problem = unavailable();
  }
  if (problem) {
    refuse(result, problem);
  }
}

function problemWith(user, registration, services) {
  var data = user.data || {};
  if (!text(data.inviteCode)) {
    return { field: CODE, code: '[blank]' + CODE, message: 'Almanac is by invitation. Enter the code of yours.' };
  }
  var code = normalised(text(data.inviteCode));
  if (!/^(?=.*[a-z])[0-9a-hjkmnp-tv-z]{16}$/.test(code)) {
    return refused(); // nothing else is ever searched for: what has no operators cannot change the query
  }
  var response = fetch(SEARCH, {
    method: 'POST',
    headers: {
      'Authorization': services.secrets.get('almanac-search-key'),
      'Content-Type': 'application/json',
      'Accept': 'application/json'
    },
    body: JSON.stringify({
      search: { queryString: 'data.inviteCodes.invcode:"' + code + '"', numberOfResults: 25, startRow: 0 },
      expand: ['registrations']
    }),
    connectTimeout: 500,
    readTimeout: 1000
  });
  var answer = response.status === 200 ? JSON.parse(response.body) : null;
  if (!answer || !Array.isArray(answer.users)) {
    // FusionAuth may leave the list out when nothing was found
    return answer && answer.total === 0 ? refused() : unavailable();
  }
  // The engine's comparison is looser than ours, and it cannot see which date belongs to which code
  var applicationId = registration.applicationId || APPLICATION_ID;
  var inviters = answer.users.filter(function (hit) {
    return invites(hit, code, applicationId);
  });
  var inviterEmail = text(data.inviterEmail).toLowerCase();
  var good = inviters.length === 1 && (!inviterEmail || text(inviters[0].email).toLowerCase() === inviterEmail);
  return good ? null : refused();
}

function invites(hit, code, applicationId) {
  var codes = hit && hit.active !== false && hit.data && hit.data.inviteCodes;
  var isMember = hit && Array.isArray(hit.registrations) && hit.registrations.some(function (registration) {
    return registration && registration.applicationId === applicationId;
  });
  return isMember === true && Array.isArray(codes) && codes.some(function (entry) {
    return entry && entry.invcode === code && typeof entry.exp === 'number' && entry.exp * 1000 > Date.now();
  });
}

// As Almanac reads a code: in any case, with spaces, dashes or dots, and what is easily misread is read one way
function normalised(code) {
  return meant(meant(code.normalize('NFKC')).toLowerCase().replace(/[\s\p{Z}\p{Cf}\p{Mn}\p{Pd}._\u2212]/gu, ''));
}

function meant(text) {
  return text.replace(/./gsu, function (character) {
    var twin = TWINS.indexOf(character);
    return twin < 0 ? character : MEANT.charAt(twin);
  });
}

function refused() {
  return { field: CODE, code: '[invalid]' + CODE, message: 'This invitation cannot be used. Ask for a new one.' };
}

function unavailable() {
  return { code: '[AlmanacUnavailable]', message: 'Invitations cannot be checked right now. Try again in a minute.' };
}

function refuse(result, problem) {
  var errors = result.errors = result.errors || {};
  var error = { code: problem.code, message: problem.message };
  if (problem.field) {
    errors.fieldErrors = errors.fieldErrors || {};
    errors.fieldErrors[problem.field] = [error];
  } else {
    errors.generalErrors = [error];
  }
}

function servicesIn(context) {
  return (context && context.services) || null;
}

function text(value) {
  return typeof value === 'string' ? value.trim() : '';
}
