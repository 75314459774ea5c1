package app.almanac;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.stereotype.Controller;

/** The arrangement of docs/house.md. */
class ModularityTests {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("app.almanac");

    @Test
    void roomsKnowEachOtherOnlyWhereTheHouseSaysSo() {
        ApplicationModules.of(AlmanacApplication.class).verify();
    }

    @Test
    void vendorsAreKnownInTheirGatewaysOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("app.almanac.fusionauth..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fusionauth..", "com.inversoft..", "com.fasterxml.jackson.databind..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("app.almanac.google..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.api..", "com.google.auth..")
                .check(CLASSES);
    }

    @Test
    void theSandboxIsNoPartOfTheApplication() {
        noClasses().should().dependOnClassesThat().resideInAPackage("sandbox..").check(CLASSES);
        noClasses().should().resideInAPackage("sandbox..").check(CLASSES);
    }

    @Test
    void nothingIsInjectedIntoFieldsAndControllersAreTheirRoomsOwn() {
        noFields().should().beAnnotatedWith(Autowired.class).check(CLASSES);
        noClasses()
                .that()
                .areMetaAnnotatedWith(Controller.class)
                .should()
                .bePublic()
                .check(CLASSES);
    }
}
