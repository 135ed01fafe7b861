package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.PortRange;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkSettingsTest {

  private static SparkConf conf() {
    return new SparkConf(false).set("spark.driver.host", "driver.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.authenticate",
        "spark.network.crypto.enabled",
        "spark.ssl.rpc.enabled",
        "spark.io.encryption.enabled",
        "spark.ssl.enabled"
      })
  void encryptsAsSoonAsSparkEncryptsAnything(String key) {
    assertThat(LinkSettings.of(conf().set(key, "true")).security())
        .isEqualTo(LinkSecurity.ENCRYPTED);
    assertThat(LinkSettings.of(conf().set(key, "false")).security())
        .isEqualTo(LinkSecurity.AUTHENTICATED);
  }

  @Test
  void knowsNoOtherSetting() {
    assertThat(LinkSettings.ENCRYPTING).hasSize(5);
  }

  @Test
  void authenticatesAtLeast() {
    assertThat(LinkSettings.of(conf()).security()).isEqualTo(LinkSecurity.AUTHENTICATED);
  }

  @Test
  void listensWhereSparkListens() {
    LinkSettings settings =
        LinkSettings.of(
            conf()
                .set("spark.driver.bindAddress", "0.0.0.0")
                .set("spark.kindling.port", "41000")
                .set("spark.port.maxRetries", "3"));

    assertThat(settings.driverHost()).isEqualTo("driver.example");
    assertThat(settings.driverPorts()).isEqualTo(PortRange.of("0.0.0.0", 41000, 3));
    assertThat(settings.firstPort()).isEqualTo(41000);
    assertThat(LinkSettings.of(conf()).driverPorts())
        .isEqualTo(PortRange.of("driver.example", 0, 16));
  }
}
