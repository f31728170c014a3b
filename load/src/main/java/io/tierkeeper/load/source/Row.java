package io.tierkeeper.load.source;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record of a file.
 *
 * @param number its line, or its row where the file has no lines; counted from 1
 * @param fields values by name: {@code String}, {@code Long}, {@code Double}, {@code BigInteger} above 64 bits,
 *     {@code Boolean}, {@code float[]} for a list of numbers in a vector field, {@code List}, {@code Map} or null
 */
public record Row(long number, Map<String, @Nullable Object> fields) {}
