import { useI18n } from 'vue-i18n'

/** What a config is about, in the user's language where there are words for it, else as the cluster documents it. */
export function useConfigDocs(): (name: string, documentation: string | null) => string | null {
  const { tm, rt } = useI18n()
  return (name, documentation) => {
    const words = tm('topics.docs') as Record<string, string>
    const own = words[name]
    return own === undefined ? documentation : rt(own)
  }
}

/** As clusters document configs, with the marks of HTML taken out: text is all that is shown. */
export function plainText(documentation: string): string {
  return documentation
    .replaceAll(/<\/?(?:p|br|li|ul|ol|div)\s*\/?>/giu, '\n')
    .replaceAll(/<[^<>]*>/gu, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/[ \t]+/gu, ' ')
    .replaceAll(/\s*\n\s*/gu, '\n')
    .trim()
}
