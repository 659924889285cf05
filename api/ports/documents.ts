export type DocumentType = 'pdf' | 'docx' | 'txt' | 'md' | 'csv';

/** A client's file, briefly on our disk. */
export interface StoredFile {
  path: string;
  /** The name that the client gave it. */
  name: string;
  bytes: number;
}

/** Checks files before anybody uses them. */
export interface Documents {
  /**
   * Recognizes the type of the content. Refuses with `knowledge.type_refused`, and with `knowledge.active_refused`, `.archive_refused` or
   * `.references_refused` if there is more than words.
   */
  recognize(file: StoredFile): Promise<DocumentType>;
  /** Scans for malware. Throws if it cannot. A file that is not clean is kept from everybody. */
  scan(file: StoredFile): Promise<'clean' | 'infected'>;
}
