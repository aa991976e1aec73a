import type { Failure } from '../../shared/channel/failure.ts'
import { FailureError } from '../../shared/channel/failure.ts'
import type { Address, AddressCheck, ConnectionReport } from '../../shared/ipc/clusters.ts'
import { parseAddress, splitAddresses } from '../../shared/ipc/clusters.ts'
import type { Advertised, AdvertisedBroker } from './kafka-bytes.ts'
import { askCluster, reach } from './probe.ts'

/**
 * Goes a client's way: to the bootstrap servers, and then to the addresses that the brokers advertise, where most of
 * what goes wrong goes wrong.
 */
export async function testConnection(bootstrapServers: string): Promise<ConnectionReport> {
  const asked = await Promise.all(splitAddresses(bootstrapServers).map(askServer))
  const advertised = asked.find(({ told }) => told !== null)?.told ?? null
  return {
    servers: asked.map(({ check }) => check),
    brokers: await Promise.all(
      (advertised?.brokers ?? []).sort((one, other) => one.id - other.id).map(reachBroker),
    ),
    clusterId: advertised?.clusterId ?? null,
  }
}

async function askServer(text: string): Promise<{ check: AddressCheck; told: Advertised | null }> {
  const address = parseAddress(text)
  if (!address) throw new FailureError({ code: 'INVALID_INPUT', message: `"${text}" is no address.` })
  try {
    return { check: { address: text, broker: null, failure: null }, told: await askCluster(address) }
  } catch (error) {
    return { check: { address: text, broker: null, failure: failureOf(error) }, told: null }
  }
}

async function reachBroker({ id, host, port }: AdvertisedBroker): Promise<AddressCheck> {
  const address = `${host}:${port}`
  try {
    await reach({ host, port })
    return { address, broker: id, failure: null }
  } catch (error) {
    return { address, broker: id, failure: unreachable({ host, port }, id, failureOf(error)) }
  }
}

function unreachable({ host, port }: Address, id: number, why: Failure): Failure {
  return {
    code: 'ADVERTISED_UNREACHABLE',
    message: `Broker ${id} sends its clients to ${host}:${port}, which can’t be reached from here. ${why.message}`,
    remedy: `Set advertised.listeners of broker ${id} to an address that this machine reaches.`,
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure
  throw error
}
