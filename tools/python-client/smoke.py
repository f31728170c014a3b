#!/usr/bin/env python3
"""Uses a Qdrant, emulated or real, as an application does: by the official Python client, over gRPC.

Everything is checked; the first answer that is not as Qdrant's documentation says ends it with exit code 1.
"""

import argparse
import sys
import time

from qdrant_client import QdrantClient, models

COLLECTION = "python-smoke"
DIMENSIONS = 8
TENANT_FIELD = "group_id"
FALLBACK = "default"
TENANTS = {"acme": 60, "beta": 25, "gamma": 15}


def selector(tenant):
    """What an application sends: its tenant's own key, or the shared one while there is none."""
    return models.ShardKeyWithFallback(target=tenant, fallback=FALLBACK)


def tenant_filter(tenant):
    return models.Filter(
        must=[models.FieldCondition(key=TENANT_FIELD, match=models.MatchValue(value=tenant))]
    )


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"{what}: {actual!r}, expected {expected!r}")
    print(f"ok  {what}: {actual!r}")


def vector(number):
    return [float((number * (axis + 3)) % 17 - 8) or 0.5 for axis in range(DIMENSIONS)]


def create(client):
    client.create_collection(
        COLLECTION,
        vectors_config=models.VectorParams(size=DIMENSIONS, distance=models.Distance.COSINE),
        sharding_method=models.ShardingMethod.CUSTOM,
        shard_number=1,
        hnsw_config=models.HnswConfigDiff(m=0, payload_m=16),
    )
    expect("a shard key is created", client.create_shard_key(COLLECTION, FALLBACK), True)
    client.create_payload_index(
        COLLECTION,
        TENANT_FIELD,
        models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True),
    )
    schema = client.get_collection(COLLECTION).payload_schema
    expect("the tenant field is indexed", schema[TENANT_FIELD].params.is_tenant, True)


def load(client):
    first = 0
    for tenant, points in TENANTS.items():
        client.upsert(
            COLLECTION,
            [
                models.PointStruct(
                    id=first + n,
                    vector=vector(first + n),
                    payload={TENANT_FIELD: tenant, "n": n, "tags": ["a", "b"], "of": {"deep": n % 2 == 0}},
                )
                for n in range(points)
            ],
            wait=True,
            shard_key_selector=selector(tenant),
        )
        first += points
    for tenant, points in TENANTS.items():
        count = client.count(
            COLLECTION, tenant_filter(tenant), exact=True, shard_key_selector=selector(tenant)
        )
        expect(f"points of {tenant}", count.count, points)
    everything = client.count(COLLECTION, exact=True, shard_key_selector=FALLBACK)
    expect("points in the fallback", everything.count, sum(TENANTS.values()))


def read(client):
    hits = client.facet(COLLECTION, TENANT_FIELD, limit=10, exact=True, shard_key_selector=FALLBACK).hits
    expect("the facet of tenants", {hit.value: hit.count for hit in hits}, TENANTS)

    seen, offset = [], None
    while True:
        page, offset = client.scroll(
            COLLECTION,
            tenant_filter("beta"),
            limit=10,
            offset=offset,
            with_payload=True,
            with_vectors=True,
            shard_key_selector=selector("beta"),
        )
        seen.extend(page)
        if offset is None:
            break
    expect("ids that a scroll in pages finds", [point.id for point in seen], list(range(60, 85)))
    expect("its payload", seen[3].payload["n"], 3)
    expect("its shard key", seen[3].shard_key, FALLBACK)
    expect("its vector's length", len(seen[3].vector), DIMENSIONS)

    nearest = client.query_points(
        COLLECTION,
        query=vector(7),
        query_filter=tenant_filter("acme"),
        limit=5,
        shard_key_selector=selector("acme"),
    ).points
    expect("the nearest point's score", round(nearest[0].score, 5), 1.0)
    expect("best first", sorted((p.score for p in nearest), reverse=True), [p.score for p in nearest])

    nested = client.count(
        COLLECTION,
        models.Filter(
            must=[
                models.FieldCondition(key="of.deep", match=models.MatchValue(value=True)),
                models.FieldCondition(key="n", range=models.Range(gte=4, lt=10)),
            ],
            must_not=[models.HasIdCondition(has_id=[4])],
        ),
        exact=True,
        shard_key_selector=FALLBACK,
    )
    expect("a filter of several conditions", nested.count, 8)
    got = client.retrieve(COLLECTION, [61, 9999], with_payload=[TENANT_FIELD], shard_key_selector=FALLBACK)
    expect("retrieve by id", [(p.id, p.payload) for p in got], [(61, {TENANT_FIELD: "beta"})])


def change(client):
    client.set_payload(
        COLLECTION,
        {"seen": True},
        points=tenant_filter("gamma"),
        wait=True,
        shard_key_selector=selector("gamma"),
    )
    seen = models.Filter(must=[models.FieldCondition(key="seen", match=models.MatchValue(value=True))])
    expect("set by filter", client.count(COLLECTION, seen, shard_key_selector=FALLBACK).count, TENANTS["gamma"])
    client.delete(
        COLLECTION,
        models.PointIdsList(points=[85, 86]),
        wait=True,
        shard_key_selector=selector("gamma"),
    )
    left = client.count(COLLECTION, tenant_filter("gamma"), shard_key_selector=selector("gamma"))
    expect("deleted by id", left.count, TENANTS["gamma"] - 2)


def dedicate(client):
    """A tenant gets a key of its own: the selector sends it there, and nobody else."""
    expect("a key for acme", client.create_shard_key(COLLECTION, "acme"), True)
    client.upsert(
        COLLECTION,
        [models.PointStruct(id=5000, vector=vector(5000), payload={TENANT_FIELD: "acme"})],
        wait=True,
        shard_key_selector=selector("acme"),
    )
    expect("it went to acme's key", client.count(COLLECTION, shard_key_selector="acme").count, 1)
    old = client.count(COLLECTION, tenant_filter("acme"), shard_key_selector=FALLBACK)
    expect("what stays in the fallback", old.count, TENANTS["acme"])
    both = client.count(COLLECTION, tenant_filter("acme"), shard_key_selector=[FALLBACK, "acme"])
    expect("a list of keys reads both", both.count, TENANTS["acme"] + 1)
    others = client.count(COLLECTION, tenant_filter("beta"), shard_key_selector=selector("beta"))
    expect("the others are where they were", others.count, TENANTS["beta"])
    expect("the key is dropped", client.delete_shard_key(COLLECTION, "acme"), True)
    back = client.count(COLLECTION, tenant_filter("acme"), shard_key_selector=selector("acme"))
    expect("and the selector falls back", back.count, TENANTS["acme"])


def refusals(client):
    """An application's mistakes are refused in the server's own words."""
    for what, call, words in (
        (
            "a write without a key",
            lambda: client.upsert(COLLECTION, [models.PointStruct(id=1, vector=vector(1))], wait=True),
            "Shard key not specified",
        ),
        (
            "a key that does not exist",
            lambda: client.count(COLLECTION, shard_key_selector="nobody"),
            "not found",
        ),
        ("a collection that does not exist", lambda: client.count("nowhere"), "doesn't exist"),
    ):
        try:
            call()
        except Exception as error:  # the client has a class of its own for each transport
            words_said = str(error)
            if words not in words_said:
                sys.exit(f"{what}: refused with {words_said!r}, expected {words!r} in it")
            print(f"ok  {what} is refused: {words}")
        else:
            sys.exit(f"{what}: not refused")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--http-port", type=int, default=6333)
    parser.add_argument("--grpc-port", type=int, default=6334)
    arguments = parser.parse_args()
    client = QdrantClient(
        host=arguments.host,
        port=arguments.http_port,
        grpc_port=arguments.grpc_port,
        prefer_grpc=True,
        timeout=30,
    )
    client.delete_collection(COLLECTION)
    began = time.monotonic()
    for step in (create, load, read, change, dedicate, refusals):
        step(client)
    expect("the collection is dropped", client.delete_collection(COLLECTION), True)
    client.close()
    print(f"all as documented, in {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
