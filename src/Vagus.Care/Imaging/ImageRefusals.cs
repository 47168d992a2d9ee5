using Vagus.Kernel;

namespace Vagus.Care.Imaging;

/// <summary>Why an image is not taken. None says whose another image is, or whether anybody here has a number.</summary>
internal static class ImageRefusals
{
    public static readonly Refusal NoHeader = new(
        RefusalKind.Unsupported, "dicom_header", "The header does not say of which study, series and instance the image is.");

    public static readonly Refusal OtherNumber = new(
        RefusalKind.Conflict, "patient_differs",
        "The patient's number in the header is no identifier of the patient that you named. Look whose the image is; where it is theirs "
            + "all the same, send it with confirmPatient=true.");

    public static readonly Refusal OtherStudy = new(
        RefusalKind.Conflict, "study_differs", "Images of this study, by its UID, are stored for another patient.");

    public static readonly Refusal Exists = new(RefusalKind.Conflict, "image_exists", "This image, by its instance UID, is stored already.");
}
