import { useFormats } from '../../composables/formats.ts'

const MAX_LONG = '9223372036854775807'

/** "7 d" for 604800000 of retention.ms: what a number of a config is, where its unit makes it hard to read. */
export function useConfigMeaning(): (name: string, value: string) => string | null {
  const { bytes, duration } = useFormats()
  return (name, value) => {
    if (value === MAX_LONG) return '∞'
    if (!/^-?\d{1,15}$/u.test(value)) return null
    const number = Number(value)
    if (number === -1 && name.startsWith('retention.')) return '∞'
    if (name.endsWith('.ms') && number >= 60_000) return duration(number)
    if (name.endsWith('.bytes') && number >= 1024) return bytes(number)
    return null
  }
}
