using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Events;
using Vagus.Fhir.Records;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Imaging;

/// <summary>
/// What is written with a DICOM file: the row of its image, the ImagingStudy where there is none of its study yet, and
/// <c>radiology.image.uploaded</c>. An image whose header does not name the patient is refused, unless its sender has looked. What is said
/// of the header depends on that patient alone: it must not tell whether anybody else here has the number.
/// </summary>
internal sealed class KeepImages(FhirRecords records, IdSource ids) : IKnowContent
{
    private const int MostStudies = 20;

    public string ContentType => "application/dicom";

    public int LooksAt => ReadDicomHeader.LooksAt;

    public Result<KeepWithFile> Look(ReadOnlyMemory<byte> beginning, bool isConfirmed)
    {
        if (ReadDicomHeader.Of(beginning.Span) is not { } header) return ImageRefusals.NoHeader;
        return new KeepWithFile(
            (write, file, by, origin, cancel) => Keep(new NewImage(header, file, by, isConfirmed), write, origin, cancel));
    }

    private async ValueTask<Result<FileBinding>> Keep(
        NewImage image, WriteTransaction write, AuditOrigin origin, CancellationToken cancel)
    {
        var call = records.AsServer(image.By, origin, cancel);
        var named = await call.Within<bool>(write, turn => IsNamed(turn, image));
        if (named.Refusal is { } unread) return unread;
        if (!named.Value && !image.IsConfirmed) return ImageRefusals.OtherNumber;
        if (await Record(write, image, cancel) is { } known) return known;
        var study = await call.Within<string>(write, turn => StudyOf(turn, write, image));
        if (study.Refusal is { } refusal) return refusal;
        var labels = await Tell(write, image, study.Value, cancel);
        return new FileBinding($"ImagingStudy/{study.Value}", labels) { IsConfirmed = !named.Value };
    }

    /// <summary>
    /// The header has no number of a patient, or one that is an identifier of the patient. Nobody else is looked for.
    /// </summary>
    private static async ValueTask<Result<bool>> IsNamed(RecordTurn turn, NewImage image)
    {
        if (image.Header.PatientId is not { } number) return true;
        var patient = await turn.Decide("Patient", $"_id={image.Patient.Value}", most: 1);
        if (patient.Refusal is { } refusal) return refusal;
        return patient.Value.Any(each => IdentifiersOf(each.Json).Contains(number, StringComparer.Ordinal));
    }

    private static IEnumerable<string?> IdentifiersOf(JsonElement patient) =>
        patient.TryGetProperty("identifier", out var identifiers)
            ? identifiers.EnumerateArray().Select(each => each.TryGetProperty("value", out var value) ? value.GetString()?.Trim() : null)
            : [];

    /// <summary>The study's own row: it refuses images of one study for two patients, and takes turns among those of one.</summary>
    private static async ValueTask<Refusal?> Record(WriteTransaction write, NewImage image, CancellationToken cancel)
    {
        var (tenant, header) = (write.Tenant.Value, image.Header);
        if (await write.Execute(CountImage, [tenant, header.StudyUid, image.Patient.Value], cancel) == 0) return ImageRefusals.OtherStudy;
        object?[] row = [tenant, header.InstanceUid, image.File.Id, header.StudyUid, header.SeriesUid];
        return await write.Execute(AddImage, row, cancel) == 0 ? ImageRefusals.Exists : null;
    }

    /// <summary>The id of the ImagingStudy that stands for the study.</summary>
    private static async ValueTask<Result<string>> StudyOf(RecordTurn turn, WriteTransaction write, NewImage image)
    {
        var known = await turn.Rows.QueryOne(
            FindStudy, [write.Tenant.Value, image.Header.StudyUid], row => row.IsDBNull(0) ? null : row.GetString(0), turn.Cancel);
        if (known is not null) return known;
        var found = await turn.Decide("ImagingStudy", Query(image), MostStudies);
        if (found.Refusal is { } tooMany) return tooMany;
        if (found.Value.FirstOrDefault(each => Announced.Of(each.Json) is not null) is { } before)
        {
            // It was written before there were rows of studies.
            await StudyRows.Keep(write, before.Json, before.Id, image.Patient.Value, turn.Cancel);
            return before.Id;
        }

        var created = await turn.Create(Registered(image));
        return created.Refusal is { } invalid ? invalid : created.Value.Id;
    }

    private static string Query(NewImage image) =>
        $"identifier={Announced.UidSystem}|{Value(Announced.Identifier(image.Header.StudyUid))}&patient={image.Patient.Value}";

    // What separates the parts of a token (R4 §3.1.1.4.9).
    private static string Value(string text) => Uri.EscapeDataString(
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("$", "\\$", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal));

    private static JsonObject Registered(NewImage image)
    {
        var study = new JsonObject
        {
            ["resourceType"] = "ImagingStudy",
            ["identifier"] = new JsonArray(new JsonObject
            {
                ["system"] = Announced.UidSystem, ["value"] = Announced.Identifier(image.Header.StudyUid),
            }),
            ["status"] = "registered",
            ["subject"] = new JsonObject { ["reference"] = $"Patient/{image.Patient.Value}" },
        };
        if (image.Header.Modality is { } modality)
        {
            study["modality"] = new JsonArray(new JsonObject
            {
                ["system"] = "http://dicom.nema.org/resources/ontology/DCM", ["code"] = modality,
            });
        }

        return study;
    }

    /// <summary>The event is as hidden as the study.</summary>
    private async ValueTask<Sensitivity> Tell(WriteTransaction write, NewImage image, string study, CancellationToken cancel)
    {
        var asked = new AskedResource("ImagingStudy", study, 0);
        var now = (await ResourcesNow.Of(write, write.Tenant, [asked], cancel)).GetValueOrDefault(asked);
        var labels = now?.Labels ?? Sensitivity.None;
        var told = new RadiologyImageUploaded($"ImagingStudy/{study}", image.File.Id, image.Patient.Value, study);
        await write.Append(
            new NewEvent(ids.NewId(), EventCatalogue.Of(told).Name, EventCatalogue.Serialize(told))
            {
                Patient = image.Patient,
                Resource = told.Resource,
                Labels = labels,
                Draws = labels == Sensitivity.None ? [] : [new EventDraw("ImagingStudy", study) { Labels = labels }],
                Released = now?.Released,
                UserId = image.By.User.Value,
                PortalType = image.By.PortalType,
                Cause = Activity.Current?.Id,
            },
            cancel);
        return labels;
    }

    private static readonly Statement CountImage = new("""
        insert into care_study (tenant_id, study_uid, patient_id, stored, resource_id, wanted, open)
        values (@tenant_id, @study_uid, @patient_id, 1, null, null, false)
        on conflict (tenant_id, study_uid) do update
        set stored = care_study.stored + 1, changes = care_study.changes + 1
        where care_study.patient_id = excluded.patient_id
        """);

    private static readonly Statement AddImage = new("""
        insert into care_image (tenant_id, instance_uid, file_id, study_uid, series_uid)
        values (@tenant_id, @instance_uid, @file_id, @study_uid, @series_uid)
        on conflict (tenant_id, instance_uid) do nothing
        """);

    private static readonly Statement FindStudy = new("""
        select resource_id
        from care_study
        where tenant_id = @tenant_id
          and study_uid = @study_uid
        """);
}

/// <summary>An image that is about to be stored.</summary>
internal sealed record NewImage(DicomHeader Header, StoredFile File, Caller By, bool IsConfirmed)
{
    public PatientId Patient => File.Patient ?? throw new InvalidOperationException("An image is stored for a patient.");
}
