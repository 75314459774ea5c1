package sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A registration validation lambda, run as FusionAuth runs one: ECMAScript 2021 in GraalJS, with no Java, no modules and
 * no way out but {@code fetch}.
 */
final class Lambda {

    /** Documentation and shipped template disagree on the parameters. */
    enum Layout {
        /** {@code result, user, registration, formContext, context}. */
        DOCUMENTED,
        /** {@code result, user, registration, context}. */
        SHIPPED
    }

    /** What {@code fetch} answers; an exception is thrown into the lambda. */
    interface Http {
        Answer send(String url, JsonNode options) throws IOException;
    }

    record Answer(int status, String body) {}

    record Problem(String code, @Nullable String message) {}

    /** Nothing in either: the registration may go on. */
    record Verdict(Map<String, List<Problem>> byField, List<Problem> general) {

        boolean isYes() {
            return byField.isEmpty() && general.isEmpty();
        }
    }

    private static final Engine ENGINE = Engine.newBuilder("js")
            .option("engine.WarnInterpreterOnly", "false")
            .build();

    private static final Source SURROUNDINGS = Source.create("js", """
            (function (input, layout, send, secret, log) {
              'use strict';
              for (const name of ['load', 'loadWithNewGlobal', 'print', 'printErr', 'Polyglot', 'Graal']) {
                delete globalThis[name];
              }
              const one = text => log(String(text));
              globalThis.console = { info: one, log: one, debug: one, error: one };
              globalThis.fetch = (url, options) => {
                if (typeof url !== 'string') {
                  throw new TypeError('the first argument must be a string');
                }
                const answer = JSON.parse(send(url, JSON.stringify(options || {})));
                if (answer.failure) {
                  throw new Error(answer.failure);
                }
                return answer;
              };
              const freeze = value => {
                if (value && typeof value === 'object') {
                  Object.values(value).forEach(freeze);
                  Object.freeze(value);
                }
                return value;
              };
              const given = freeze(JSON.parse(input));
              const context = { services: { secrets: { get: name => secret(name) } } };
              const result = { errors: { fieldErrors: {}, generalErrors: [] } };
              if (layout === 'DOCUMENTED') {
                const formContext = { fields: [], form: {}, step: 1, stepIndex: 0, totalSteps: 1 };
                validate(result, given.user, given.registration, formContext, context);
              } else {
                validate(result, given.user, given.registration, context);
              }
              return JSON.stringify(result);
            })
            """);

    private final Source source;
    private final Http http;
    private final Function<String, @Nullable String> secrets;
    private final List<String> log = new ArrayList<>();

    Lambda(String source, Http http, Function<String, @Nullable String> secrets) {
        this.source = Source.create("js", source);
        this.http = http;
        this.secrets = secrets;
    }

    /** The engine's first script takes long: better before somebody waits for it. */
    static void warmUp() {
        var nobody = Json.MAPPER.createObjectNode();
        new Lambda("function validate() {}", (url, options) -> new Answer(0, ""), name -> null)
                .validate(nobody, nobody, Layout.DOCUMENTED);
    }

    /** What the lambda has written to the event log. */
    List<String> log() {
        return log;
    }

    /** An exception refuses, as the message that FusionAuth ships for it suggests. */
    Verdict validate(@Nullable JsonNode user, @Nullable JsonNode registration, Layout layout) {
        var input = new LinkedHashMap<String, @Nullable Object>();
        input.put("user", user);
        input.put("registration", registration);
        try (var context = Context.newBuilder("js")
                .engine(ENGINE)
                .allowHostAccess(HostAccess.NONE)
                .option("js.ecmascript-version", "2021")
                .build()) {
            context.eval(source);
            var answer = context.eval(SURROUNDINGS)
                    .execute(
                            Json.MAPPER.writeValueAsString(input),
                            layout.name(),
                            (ProxyExecutable) arguments -> send(arguments[0].asString(), arguments[1].asString()),
                            (ProxyExecutable) arguments -> secrets.apply(arguments[0].asString()),
                            (ProxyExecutable) arguments -> log.add(arguments[0].asString()))
                    .asString();
            return read(Json.MAPPER.readTree(answer).path("errors"));
        } catch (PolyglotException thrown) {
            log.add(String.valueOf(thrown.getMessage()));
            return new Verdict(Map.of(), List.of(new Problem("[SelfServiceCustomValidationException]", null)));
        }
    }

    private String send(String url, String options) {
        var answer = new LinkedHashMap<String, Object>();
        try {
            var got = http.send(url, Json.MAPPER.readTree(options));
            answer.put("status", got.status());
            answer.put("body", got.body());
            answer.put("headers", Map.of());
        } catch (IOException e) {
            answer.put("failure", String.valueOf(e.getMessage()) + " ");
        }
        return Json.MAPPER.writeValueAsString(answer);
    }

    private static Verdict read(JsonNode errors) {
        var byField = new LinkedHashMap<String, List<Problem>>();
        errors.path("fieldErrors").properties().forEach(field -> byField.put(field.getKey(), all(field.getValue())));
        return new Verdict(byField, all(errors.path("generalErrors")));
    }

    private static List<Problem> all(JsonNode errors) {
        var problems = new ArrayList<Problem>();
        errors.forEach(error -> problems.add(new Problem(
                error.path("code").asString(""),
                error.path("message").asStringOpt().orElse(null))));
        return problems;
    }
}
