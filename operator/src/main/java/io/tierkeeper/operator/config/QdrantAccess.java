package io.tierkeeper.operator.config;

import java.util.List;

/**
 * How the operator reaches Qdrant, and which reserved addresses it may use for that.
 *
 * @param connector opens the connections
 * @param allowedAddresses loopback, link-local, metadata and API-server addresses that every collection may use
 */
public record QdrantAccess(QdrantConnector connector, List<AddressRange> allowedAddresses) {
  public QdrantAccess {
    allowedAddresses = List.copyOf(allowedAddresses);
  }
}
