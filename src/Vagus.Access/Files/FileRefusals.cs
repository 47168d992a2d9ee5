using Vagus.Kernel;

namespace Vagus.Access.Files;

/// <summary>The refusals of files.</summary>
internal static class FileRefusals
{
    // 404, not 403: an outsider must not learn that the file exists. An address that was altered is answered the same.
    public static readonly Refusal NoFile = new(RefusalKind.NotFound, "file_not_found", "There is no such file.");
    public static readonly Refusal NoStore = new(RefusalKind.NotFound, "unknown_store", "There is no such store.");
    public static readonly Refusal NoPatient = new(RefusalKind.NotFound, "patient_not_found", "There is no such patient.");
    public static readonly Refusal Forbidden = new(RefusalKind.Forbidden, "forbidden", "Your role does not put files into this store.");

    public static readonly Refusal PatientMissing = new(
        RefusalKind.Invalid, "patient_missing", "Name the patient as patientId, in the query or in a field before the file.");

    public static readonly Refusal Malformed = new(RefusalKind.Invalid, "invalid_upload", "Send one file, as the body or as multipart/form-data.");

    public static readonly Refusal WrongType = new(
        RefusalKind.Unsupported, "file_type", "The content is of no type that this store takes, or is not what it is declared as.");

    public static readonly Refusal Heic = new(
        RefusalKind.Unsupported, "heic_unsupported", "Pictures in HEIC are not taken. Send it as JPEG: phones and browsers can save it so.");

    public static readonly Refusal BrokenPicture = new(
        RefusalKind.Unprocessable, "picture_broken", "The picture is cut or damaged, so what it tells of place and time cannot be left out.");

    public static readonly Refusal TooLarge = new(RefusalKind.TooLarge, "file_too_large", "The file is larger than this store takes.");
    public static readonly Refusal QuotaExceeded = new(RefusalKind.TooLarge, "quota_exceeded", "The organization's space for files is used up.");
    public static readonly Refusal TooMany = new(RefusalKind.TooMany, "too_many_uploads", "Too many files are being uploaded. Try again.");

    // Not 408: browsers send a request again that is answered so, unasked.
    public static readonly Refusal TooSlow = new(RefusalKind.Invalid, "invalid_upload", "The file has not begun in time. Send it again.");
    public static readonly Refusal NotScanned = new(RefusalKind.Conflict, "file_pending", "The file has not been scanned yet.");
    public static readonly Refusal Quarantined = new(RefusalKind.Gone, "file_quarantined", "The scanner has found something in this file.");
    public static readonly Refusal Expired = new(RefusalKind.Gone, "address_expired", "This address has expired. Ask for a new one.");
}
