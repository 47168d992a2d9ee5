using System.Text.Json;
using Vagus.Care.Deriving.Reading;

namespace Vagus.Care.Imaging;

/// <summary>What an ImagingStudy says of the DICOM study that it stands for.</summary>
/// <param name="StudyUid">Its UID.</param>
/// <param name="Images">How many images it announces; null where it does not say.</param>
/// <param name="IsOpen">It is registered, and none of its images is said to be available.</param>
internal sealed record Announced(string StudyUid, long? Images, bool IsOpen)
{
    /// <summary>The system of DICOM UIDs as identifiers (R4, ImagingStudy.identifier).</summary>
    public const string UidSystem = "urn:dicom:uid";

    private const string Prefix = "urn:oid:";

    /// <summary>Null where it stands for none: it has no UID, was cancelled or entered in error.</summary>
    public static Announced? Of(JsonElement study)
    {
        var uid = study.Items("identifier").Where(each => each.Text("system") == UidSystem).Select(each => each.Text("value")).FirstOrDefault();
        if (uid is null || study.Status() is "cancelled" or "entered-in-error") return null;
        return new Announced(
            uid.StartsWith(Prefix, StringComparison.Ordinal) ? uid[Prefix.Length..] : uid, ImagesOf(study), study.Status() == "registered");
    }

    public static string Identifier(string uid) => Prefix + uid;

    /// <summary>The instances that it names one by one.</summary>
    public static IReadOnlyList<string> Instances(JsonElement study) =>
        [.. study.Items("series").SelectMany(series => series.Items("instance")).Select(each => each.Text("uid")).OfType<string>()
            .Distinct(StringComparer.Ordinal)];

    private static long? ImagesOf(JsonElement study)
    {
        var listed = study.Items("series").Sum(series => Number(series, "numberOfInstances") ?? series.Items("instance").Count());
        var announced = Math.Max(Number(study, "numberOfInstances") ?? 0, listed);
        return announced > 0 ? announced : null;
    }

    private static long? Number(JsonElement of, string name) =>
        of.Child(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var count) && count > 0 ? count : null;
}
