import type { Failure } from '../../shared/channel/failure.ts'
import type { Address } from '../../shared/ipc/clusters.ts'

// Why an address is of no use to a client, each with what to do about it.

export function ofSystem(address: Address, error: NodeJS.ErrnoException): Failure {
  const code = codeOf(error)
  if (code === 'ECONNREFUSED') {
    return {
      code: 'NOBODY_LISTENS',
      message: `Nothing listens on ${shown(address)}.`,
      remedy: 'Start the broker, or correct the port.',
    }
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NODATA') {
    return {
      code: 'UNKNOWN_HOST',
      message: `The host ${address.host} is not known.`,
      remedy: 'Check the address.',
    }
  }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT') return noConnection(address)
  return {
    code: 'NO_CONNECTION',
    message: `${shown(address)} can’t be connected to: ${error.message}.`,
    remedy: 'Check the address and the network.',
  }
}

export function noConnection(address: Address): Failure {
  return {
    code: 'NO_CONNECTION',
    message: `${shown(address)} does not answer.`,
    remedy: 'Check the address, the VPN and the firewalls between.',
  }
}

export function tooOld(address: Address): Failure {
  return {
    code: 'TOO_OLD',
    message: `The broker on ${shown(address)} is older than Kafka 2.1.`,
    remedy: 'Use a cluster of Kafka 2.1 or newer.',
  }
}

const TLS_ALERT = 0x15
const TLS_HANDSHAKE = 0x16
const FIRST_HTTP_BYTES = 'HTTP'

/** What the first bytes of an answer that is not Kafka's look like. */
export function notKafka(address: Address, heard: Buffer): Failure {
  if (isTls(heard)) return wantsTls(address)
  const what =
    heard.subarray(0, 4).toString('latin1') === FIRST_HTTP_BYTES ? 'a web server' : 'something else'
  return {
    code: 'NOT_KAFKA',
    message: `What listens on ${shown(address)} is no Kafka broker, but ${what}.`,
    remedy: 'Correct the port.',
  }
}

/**
 * An end of the conversation before the answer. A listener that wants TLS or a login hangs up on who begins without;
 * so does much else, so before anything of Kafka was heard that is only one of the reasons told.
 */
export function hungUp(
  address: Address,
  how: 'close' | 'silence',
  heard: Buffer,
  moment: 'first' | 'later',
): Failure {
  if (heard.length > 0) return notKafka(address, heard)
  if (moment === 'later') {
    return {
      code: 'WANTS_LOGIN',
      message: `The broker on ${shown(address)} hung up on a client that did not log in.`,
      remedy: 'Use a listener without authentication: Ottla can’t log in yet.',
    }
  }
  return {
    code: 'NOT_KAFKA',
    message:
      how === 'silence'
        ? `What listens on ${shown(address)} does not answer as a Kafka broker does.`
        : `What listens on ${shown(address)} hung up: it is no Kafka broker, or one that wants TLS.`,
    remedy: 'Correct the port, or use a listener without TLS.',
  }
}

function wantsTls(address: Address): Failure {
  return {
    code: 'WANTS_TLS',
    message: `The listener on ${shown(address)} wants TLS.`,
    remedy: 'Use a listener without TLS: Ottla can’t encrypt yet.',
  }
}

/** A record of TLS 1.x begins with its type and 3. */
function isTls(heard: Buffer): boolean {
  return heard.length >= 2 && (heard[0] === TLS_ALERT || heard[0] === TLS_HANDSHAKE) && heard[1] === 3
}

/** A host with several addresses fails with one error for all of them. */
function codeOf(error: NodeJS.ErrnoException): string {
  if (error.code && error.code !== 'ERR_SOCKET_CONNECTION_TIMEOUT') return error.code
  const inner = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : []
  return inner.find((each) => each.code)?.code ?? ''
}

function shown({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
