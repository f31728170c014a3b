/** Requests and answers: dispatch, selectors, watches over HTTP and WebSocket. */
@NullMarked
package io.tierkeeper.lab.kubeapi.http;

import org.jspecify.annotations.NullMarked;
