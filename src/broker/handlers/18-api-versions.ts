/**
 * ApiVersions v0-5: what this broker serves, computed from the list of handlers.
 *
 * - v3: the client's software name and version must be well formed, else INVALID_REQUEST (KIP-511); finalized
 *   features are told (KIP-584).
 * - v4: a feature's minimum of 0 may be told; older versions leave such features out.
 * - v5: a client that expects another cluster or node at this address gets REBOOTSTRAP_REQUIRED (KIP-1242):
 *   local ports are used again by other clusters.
 *
 * An unknown version never gets here: the dispatcher answers it in version 0.
 * Gap: GetTelemetrySubscriptions (71) and PushTelemetry (72) are left out on purpose, for clients call them on every
 * connection when they see them.
 */
import { ErrorCode } from '../protocol/errors.ts'
import { apiVersions } from '../protocol/messages/18-api-versions.ts'
import { SUPPORTED_FEATURES } from './features.ts'
import { handler, type ApiHandler } from './handler.ts'

const SOFTWARE_PATTERN = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

/** The ranges told to clients; `advertisedMin` differs from the true minimum where a client needs it to. */
export function supportedApiKeys(handlers: readonly ApiHandler[]) {
  return handlers
    .filter(({ internal }) => !internal)
    .map(({ api }) => ({ apiKey: api.key, minVersion: api.advertisedMin, maxVersion: api.versions[1] }))
    .sort((a, b) => a.apiKey - b.apiKey)
}

/** @param handlers asked lazily, for this handler stands in the list itself. */
export function apiVersionsHandler(handlers: () => readonly ApiHandler[]): ApiHandler {
  return handler(apiVersions, (request, context, broker) => {
    if (context.apiVersion >= 3) {
      const { clientSoftwareName: name, clientSoftwareVersion: version } = request
      if (!SOFTWARE_PATTERN.test(name) || !SOFTWARE_PATTERN.test(version)) {
        return { errorCode: ErrorCode.INVALID_REQUEST, apiKeys: [] }
      }
      context.connection.clientSoftware = { name, version }
    }
    const elsewhere =
      (request.clusterId !== null && request.clusterId !== broker.clusterId) ||
      (request.nodeId !== -1 && request.nodeId !== broker.brokerId)
    if (elsewhere) return { errorCode: ErrorCode.REBOOTSTRAP_REQUIRED, apiKeys: [] }

    return {
      errorCode: ErrorCode.NONE,
      apiKeys: supportedApiKeys(handlers()),
      supportedFeatures: SUPPORTED_FEATURES.filter(
        (feature) => context.apiVersion >= 4 || feature.minVersion > 0,
      ),
      finalizedFeaturesEpoch: Math.max(0, broker.metadata.image.offset),
      finalizedFeatures: SUPPORTED_FEATURES.filter((feature) => feature.maxVersion > 0).map((feature) => ({
        name: feature.name,
        maxVersionLevel: feature.maxVersion,
        minVersionLevel: feature.maxVersion,
      })),
    }
  })
}
