using Vagus.Kernel;

namespace Vagus.Care.Imaging;

/// <summary>Why an image is not taken. None says whose patient another one is.</summary>
internal static class ImageRefusals
{
    public static readonly Refusal NoHeader = new(
        RefusalKind.Unsupported, "dicom_header", "The header does not say of which study, series and instance the image is.");

    public static readonly Refusal OtherPatient = new(
        RefusalKind.Conflict, "patient_differs", "By its header the image is of another patient. Check the patient that you named.");

    public static readonly Refusal Exists = new(RefusalKind.Conflict, "image_exists", "This image, by its instance UID, is stored already.");
}
