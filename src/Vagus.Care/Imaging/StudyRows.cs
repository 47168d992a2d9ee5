using System.Text.Json;
using Vagus.Fhir.Deriving;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Imaging;

/// <summary>
/// Keeps with each ImagingStudy, whichever door it comes by, which DICOM study it stands for and how many images it announces.
/// </summary>
internal sealed class StudyRows : IKeepRows
{
    public string ResourceType => "ImagingStudy";

    public async ValueTask Keep(WriteTransaction write, ResourceChange change, CancellationToken cancel)
    {
        if (change.Version > 1) await write.Queue(Forget, [write.Tenant.Value, change.Id], cancel);
        if (change.After is { } study && change.Patient is { } patient) await Keep(write, study, change.Id, patient.Value, cancel);
    }

    /// <summary>The last ImagingStudy that was written with a UID stands for it.</summary>
    public static async ValueTask Keep(WriteTransaction write, JsonElement study, string id, string patient, CancellationToken cancel)
    {
        if (Announced.Of(study) is not { } announced) return;
        await write.Queue(
            Put, [write.Tenant.Value, announced.StudyUid, patient, id, announced.Images, announced.IsOpen], cancel);
    }

    private static readonly Statement Forget = new("""
        update care_study
        set resource_id = null, wanted = null, open = false
        where tenant_id = @tenant_id
          and resource_id = @resource_id
        """);

    // Images were stored for the patient of before: they are not moved to another one by a change of the resource.
    private static readonly Statement Put = new("""
        insert into care_study (tenant_id, study_uid, patient_id, stored, resource_id, wanted, open)
        values (@tenant_id, @study_uid, @patient_id, 0, @resource_id, @wanted, @open)
        on conflict (tenant_id, study_uid) do update
        set patient_id = excluded.patient_id, resource_id = excluded.resource_id, wanted = excluded.wanted, open = excluded.open,
          changes = care_study.changes + 1
        where care_study.patient_id = excluded.patient_id or care_study.stored = 0
        """);
}
