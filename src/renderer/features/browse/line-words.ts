import { computed } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useFormats } from '../../composables/formats.ts'
import type { LineWords } from './record-line.ts'

/** The words of all lines, looked up once for a language; `warning` holds the sign of records that cannot be read. */
export function useLineWords(warning: Ref<HTMLElement | null>): ComputedRef<LineWords> {
  const { t } = useI18n()
  const { count, bytes } = useFormats()
  return computed(() => ({
    count,
    bytes,
    nullSign: t('browse.signs.null'),
    empty: t('browse.empty'),
    hex: t('browse.signs.hex'),
    undecodable: (records) => t('browse.undecodable', { n: count(records) }, records),
    warning: () => warning.value?.firstElementChild?.cloneNode(true) ?? null,
  }))
}
