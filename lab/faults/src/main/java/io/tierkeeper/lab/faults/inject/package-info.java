/** The fault injector: its points, its faults, the nemesis that draws them, and the manual interventions that follow. */
@NullMarked
package io.tierkeeper.lab.faults.inject;

import org.jspecify.annotations.NullMarked;
