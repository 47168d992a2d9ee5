namespace Vagus.Care.Imaging;

/// <summary>What the header of a DICOM file says of where the image belongs.</summary>
/// <param name="StudyUid">(0020,000D).</param>
/// <param name="SeriesUid">(0020,000E).</param>
/// <param name="InstanceUid">(0008,0018): of the image itself, the same in every copy.</param>
/// <param name="PatientId">(0010,0020), as the sending institution numbers its patients; null where it has none or is not ASCII.</param>
/// <param name="Modality">(0008,0060), such as <c>CT</c>; null where it has none.</param>
internal sealed record DicomHeader(string StudyUid, string SeriesUid, string InstanceUid, string? PatientId, string? Modality);
