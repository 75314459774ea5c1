package app.almanac.settings;

import java.util.Arrays;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.stereotype.Component;

/** Has every setting read before PostgreSQL is asked for, so that a missing one is named whatever else is wrong. */
@Component
class SettingsFirst implements BeanFactoryPostProcessor {

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        if (beans.containsBeanDefinition("dataSource")) {
            beans.getBeanDefinition("dataSource")
                    .setDependsOn(Arrays.stream(beans.getBeanDefinitionNames())
                            .filter(name -> name.startsWith("almanac") && name.contains("-app.almanac."))
                            .toArray(String[]::new));
        }
    }
}
