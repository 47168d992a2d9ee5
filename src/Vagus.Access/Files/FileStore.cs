using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Access.Files;

/// <summary>
/// A store by name: which contents it takes, how large, and as which FHIR type its files are granted to roles. So a file is within reach of
/// those who may read such a resource of its patient.
/// </summary>
internal sealed record FileStore(string Name, string GrantedAs, long MostBytes, params string[] Types)
{
    private const long Mebibyte = 1L << 20;

    /// <summary>False: its files belong to a message, and until they are bound to one to who uploaded them.</summary>
    public bool OfPatient { get; private init; } = true;

    /// <summary>True: the patient sees a file at once; else it is for staff alone.</summary>
    public bool Released { get; private init; }

    /// <summary>True: of pictures only what shows them is kept. Records of other stores are kept as they came.</summary>
    public bool LeavesOutTraces { get; private init; }

    public static readonly FileStore RadiologyImages = new(
        "radiology-images", "ImagingStudy", 16_384 * Mebibyte, FileTypes.Dicom, FileTypes.Jpeg, FileTypes.Png);

    public static readonly FileStore MessageAttachments = new(
        "message-attachments", "Communication", 10 * Mebibyte, FileTypes.Jpeg, FileTypes.Png, FileTypes.Gif, FileTypes.Pdf, FileTypes.Doc,
        FileTypes.Docx)
    {
        OfPatient = false, Released = true, LeavesOutTraces = true,
    };

    public static readonly IReadOnlyList<FileStore> All =
    [
        RadiologyImages, MessageAttachments,
        new("lab-reports", "DiagnosticReport", 50 * Mebibyte, FileTypes.Pdf, FileTypes.Jpeg, FileTypes.Png),
        new("patient-documents", "DocumentReference", 100 * Mebibyte, FileTypes.Pdf, FileTypes.Jpeg, FileTypes.Png, FileTypes.Gif,
            FileTypes.Tiff, FileTypes.Doc, FileTypes.Docx)
        {
            Released = true,
        },
        new("prescriptions", "MedicationRequest", 10 * Mebibyte, FileTypes.Pdf, FileTypes.Jpeg, FileTypes.Png) { Released = true },
    ];

    public static FileStore? Named(string name) => All.FirstOrDefault(store => store.Name == name);

    public bool MayStore(Reach reach, PatientId? patient) => OfPatient
        ? patient is { } named && reach.Covers(ResourceInteractions.Create, Facts(named, Sensitivity.None, released: true))
        : reach.Ceiling is null
            && (reach.Caller.Role != Role.Patient || patient is not { } own || reach.Caller.OwnPatients.Contains(own));

    public bool MayRead(Reach reach, StoredFile file)
    {
        if (!OfPatient) return reach.Ceiling is null && file.Owner == reach.Caller.User && !IsAttached(file);
        return file is { Withdrawn: false, Patient: { } patient }
            && reach.Covers(ResourceInteractions.Read, Facts(patient, file.Labels, file.Released));
    }

    /// <summary>
    /// True of a file that a message or a note took: its own door decides, also for who uploaded it, for it knows what was retracted.
    /// </summary>
    public bool IsAttached(StoredFile file) =>
        !OfPatient && file.BoundTo?.StartsWith(StoredFiles.DraftPrefix, StringComparison.Ordinal) == false;

    /// <summary>True where the patient's record is open in an emergency for this file.</summary>
    public bool IsOpened(Reach reach, StoredFile file) =>
        file.Patient is { } patient && reach.IsOpened(Facts(patient, file.Labels, file.Released));

    private RowFacts Facts(PatientId patient, Sensitivity labels, bool released) => new(GrantedAs, [patient], labels, released, []);
}
