using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Files;

/// <summary>A resource as a write leaves it.</summary>
/// <param name="Reference">Such as <c>DocumentReference/1</c>.</param>
/// <param name="Patients">Those in whose records it is.</param>
/// <param name="Labels">Those that it carries.</param>
/// <param name="Released">Its patients may see it.</param>
/// <param name="Stands">False: it is deleted, or was entered in error.</param>
public sealed record NamingResource(string Reference, IReadOnlyList<PatientId> Patients, Sensitivity Labels, bool Released, bool Stands);

/// <summary>
/// Files follow the resources that name them, within the write of these: they are as hidden as all that stand together, and are given to
/// nobody once none stands. A resource of another patient than the file's is not heard where it names the file for the first time: whoever
/// knows an id could open the file, or close it. One that is heard already takes the file along to another patient.
/// </summary>
public static class NamedFiles
{
    /// <param name="write">Of the resource.</param>
    /// <param name="resource">As the write leaves it.</param>
    /// <param name="files">The ids that it names now. What it named before it does not vouch for any more.</param>
    /// <param name="cancel">Ends the write.</param>
    public static async ValueTask Follow(
        WriteTransaction write, NamingResource resource, IReadOnlyCollection<string> files, CancellationToken cancel)
    {
        await FollowBound(write, resource, cancel);
        var heard = await write.Query(NamedBy, [write.Tenant.Value, resource.Reference], row => row.GetString(0), cancel);
        foreach (var id in heard.Union(files, StringComparer.Ordinal).ToList())
        {
            if (await StoredFiles.Find(write, id, cancel) is not { Patient: { } patient, BoundTo: null } file) continue;
            if (FileStore.Named(file.Store) is not { OfPatient: true } store) continue;
            if (!heard.Contains(id) && !resource.Patients.Contains(patient)) continue;
            object?[] naming =
            [
                write.Tenant.Value, id, resource.Reference, string.Join(' ', resource.Patients.Select(each => each.Value)),
                (long)resource.Labels, resource.Released, resource.Stands && files.Contains(id),
            ];
            await write.Queue(Put, naming, cancel);
            await Settle(write, (file, patient), store, cancel);
        }
    }

    // Images belong to their study and to nothing else, and may be thousands: one statement for all.
    private static async ValueTask FollowBound(WriteTransaction write, NamingResource resource, CancellationToken cancel)
    {
        var patient = resource.Patients.Count == 0 ? null : resource.Patients[0].Value;
        object?[] now = [(long)resource.Labels, patient, !resource.Stands || patient is null, write.Tenant.Value, resource.Reference];
        await write.Queue(SettleBound, now, cancel);
    }

    private static async ValueTask Settle(
        WriteTransaction write, (StoredFile File, PatientId Patient) of, FileStore store, CancellationToken cancel)
    {
        var namings = await write.Query(Namings, [write.Tenant.Value, of.File.Id], Naming.Of, cancel);
        var standing = namings.FindAll(each => each.Stands);
        var patient = PatientOf(standing, of.Patient.Value);
        // Of those that stand no longer, too: else a new resource without labels would open what a deleted one has hidden.
        var labels = namings.Aggregate(Sensitivity.None, (all, each) => all | each.Labels);
        object?[] now =
        [
            (long)labels, store.Released && standing.TrueForAll(each => each.Released), patient ?? of.Patient.Value, patient is null,
            write.Tenant.Value, of.File.Id,
        ];
        await write.Queue(SettleOne, now, cancel);
    }

    /// <summary>Null where no resource stands, or where those that stand do not agree whose the file is.</summary>
    private static string? PatientOf(List<Naming> standing, string now)
    {
        if (standing.Count == 0) return null;
        return standing[0].Patients.OrderByDescending(each => each == now)
            .FirstOrDefault(each => standing.TrueForAll(naming => naming.Patients.Contains(each)));
    }

    private sealed record Naming(string[] Patients, Sensitivity Labels, bool Released, bool Stands)
    {
        public static Naming Of(DbDataReader row) => new(
            row.GetString(0).Split(' ', StringSplitOptions.RemoveEmptyEntries), (Sensitivity)row.GetInt64(1), row.GetBoolean(2),
            row.GetBoolean(3));
    }

    private static readonly Statement NamedBy = new("""
        select file_id
        from access_file_naming
        where tenant_id = @tenant_id
          and resource = @resource
        """);

    private static readonly Statement Put = new("""
        insert into access_file_naming (tenant_id, file_id, resource, patients, labels, released, stands)
        values (@tenant_id, @file_id, @resource, @patients, @labels, @released, @stands)
        on conflict (tenant_id, file_id, resource) do update
        set patients = excluded.patients, labels = excluded.labels, released = excluded.released, stands = excluded.stands
        """);

    private static readonly Statement Namings = new("""
        select patients, labels, released, stands
        from access_file_naming
        where tenant_id = @tenant_id
          and file_id = @file_id
        order by resource
        """);

    private static readonly Statement SettleOne = new("""
        update access_file
        set labels = @labels, released = @released, patient_id = @patient_id, withdrawn = @withdrawn
        where tenant_id = @tenant_id
          and file_id = @file_id
        """);

    private static readonly Statement SettleBound = new("""
        update access_file
        set labels = @labels, patient_id = coalesce(@patient_id, patient_id), withdrawn = @withdrawn
        where tenant_id = @tenant_id
          and bound_to = @bound_to
          and bound_to is not null
        """);
}
