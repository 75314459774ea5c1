package app.almanac.webhooks;

import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Scheduled;

/** Lets go of marks that nothing needs any more. */
@Configuration(proxyBeanMethods = false)
class Forgetting {

    private final TakenEvents taken;

    Forgetting(TakenEvents taken) {
        this.taken = taken;
    }

    @Scheduled(initialDelayString = "PT5M", fixedDelayString = "PT1H")
    void forget() {
        taken.forgetOld();
    }
}
