/** How GitOps tools see the resources: Argo CD's scripts, Flux's checks, kstatus. */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.operator.gitops;
