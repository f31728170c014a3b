/** The kinds that are served and how they are shown: discovery, tables, access reviews. */
@NullMarked
package io.tierkeeper.lab.kubeapi.resource;

import org.jspecify.annotations.NullMarked;
