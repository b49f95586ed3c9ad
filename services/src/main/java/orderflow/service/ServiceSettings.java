package orderflow.service;

import java.nio.file.Path;
import java.time.Clock;
import java.util.random.RandomGenerator;
import orderflow.http.HttpSettings;
import orderflow.messaging.Broker;

/**
 * The settings of any service.
 *
 * @param dataDir the folder of its database, created if missing
 * @param random for pauses and forced failures; must be thread-safe
 */
public record ServiceSettings(
    Broker broker, Path dataDir, HttpSettings http, Clock clock, RandomGenerator random) {}
