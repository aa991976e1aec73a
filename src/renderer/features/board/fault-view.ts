import type { Fault, FaultSpec, LinkEnd } from '../../../shared/ipc/faults.ts'

export type LinkFault = Fault & { spec: Extract<FaultSpec, { kind: 'cut' | 'delay' }> }

/** Faults of links between two ends: those drawn between columns. */
export function linkFaults(faults: readonly Fault[]): LinkFault[] {
  return faults.filter(
    (fault): fault is LinkFault => fault.spec.kind === 'cut' || fault.spec.kind === 'delay',
  )
}

/** Those of one broker alone: drawn on its head. */
export function faultsAt(faults: readonly Fault[], broker: number): Fault[] {
  return faults.filter(({ spec }) => {
    if (spec.kind === 'freeze' || spec.kind === 'disk') return spec.brokerId === broker
    return spec.kind === 'rule' && spec.match.brokerId === broker
  })
}

export function freezeOf(faults: readonly Fault[], broker: number): Fault | null {
  return faults.find(({ spec }) => spec.kind === 'freeze' && spec.brokerId === broker) ?? null
}

export function diskFaultOf(faults: readonly Fault[], broker: number): Fault | null {
  return faults.find(({ spec }) => spec.kind === 'disk' && spec.brokerId === broker) ?? null
}

/** Faults of one link, whichever way round it was named. */
export function linkFaultsOf(faults: readonly Fault[], one: LinkEnd, other: LinkEnd): LinkFault[] {
  return linkFaults(faults).filter(
    ({ spec }) => (spec.from === one && spec.to === other) || (spec.from === other && spec.to === one),
  )
}
