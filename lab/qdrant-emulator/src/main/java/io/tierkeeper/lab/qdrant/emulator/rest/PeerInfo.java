package io.tierkeeper.lab.qdrant.emulator.rest;

/**
 * What a peer reports of itself.
 *
 * @param version of the server
 * @param memoryBytes the memory of its machine
 */
public record PeerInfo(String version, long memoryBytes) {}
