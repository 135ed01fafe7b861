package io.kindling.tuning;

import io.kindling.network.Network;

/** Breaks a rule on purpose: a search that knows what it searches for. */
public record NeedsANetwork(Network network) {}
