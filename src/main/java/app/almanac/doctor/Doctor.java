package app.almanac.doctor;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.fusionauth.FusionAuthSetup;
import app.almanac.google.GoogleSetup;
import app.almanac.settings.BadSetting;
import app.almanac.settings.Finding;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Examines the settings, PostgreSQL, FusionAuth and Google, one after the other; what is wrong with one hides nothing of
 * the others. It works in an application that could not start.
 */
@Component
class Doctor {

    private final ListableBeanFactory beans;

    Doctor(ListableBeanFactory beans) {
        this.beans = beans;
    }

    List<Finding> examine() {
        var findings = new ArrayList<Finding>(settings());
        findings.add(database());
        findings.addAll(examined(
                "FusionAuth", () -> beans.getBean(FusionAuthSetup.class).findings()));
        findings.addAll(examined(
                "Google",
                () -> beans.getBean(GoogleSetup.class)
                        .findings(beans.getBean(FusionAuthSettings.class).url())));
        return findings;
    }

    private List<Finding> settings() {
        var sentences = new LinkedHashSet<String>();
        for (var name : beans.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
            if (name.contains("app.almanac.")) {
                try {
                    beans.getBean(name);
                } catch (BeansException e) {
                    sentences.add(BadSetting.sentenceIn(e).orElse("A setting cannot be read."));
                }
            }
        }
        return sentences.isEmpty()
                ? List.of(new Finding.Well("Settings", "are complete"))
                : sentences.stream().map(Doctor::badSetting).toList();
    }

    private static Finding badSetting(String sentence) {
        var colon = sentence.indexOf(": ");
        return colon < 0
                ? new Finding.Wrong("Settings", sentence, "see section 1 of docs/contract.md")
                : new Finding.Wrong("Settings", sentence.substring(0, colon), sentence.substring(colon + 2));
    }

    private Finding database() {
        var about = "PostgreSQL";
        try (var connection = beans.getBean(DataSource.class).getConnection()) {
            var version = connection.getMetaData().getDatabaseMajorVersion();
            return version < 14
                    ? new Finding.Wrong(about, "is version " + version, "use version 14 or newer")
                    : new Finding.Well(about, "answers, version " + version);
        } catch (SQLException e) {
            return new Finding.Wrong(
                    about,
                    "cannot be reached or refuses us (SQL state " + e.getSQLState() + ")",
                    "check DATABASE_URL, DATABASE_USERNAME and DATABASE_PASSWORD");
        } catch (BeansException e) {
            return new Finding.Unseen(about, "is looked at once the settings are right");
        }
    }

    private static List<Finding> examined(String about, Supplier<List<Finding>> examination) {
        try {
            return examination.get();
        } catch (BeansException e) {
            return List.of(new Finding.Unseen(about, "is looked at once the settings are right"));
        }
    }
}
