using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Access.Files;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>
/// Files that were named before files followed their resources. The versions of then are told once more, in their order, some at a time,
/// each part with its place in one commit: so is known too what a resource named that is deleted or another patient's by now. A tenant
/// without a row in <c>access_file_past</c> is done.
/// </summary>
internal sealed partial class FollowOlderFiles(
    Database database, GroupCommit commit, OwnBases own, ILogger<FollowOlderFiles> logger) : LeasedDuty
{
    private const long VersionsPerPart = 200;
    private const int PartsPerTurn = 500;

    public override string Name => "fhir-older-files";

    public override TimeSpan Interval => TimeSpan.FromSeconds(15);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        foreach (var tenant in await database.Query(Due, [], row => row.GetString(0), cancel)) await Bring(tenant, cancel);
    }

    private async ValueTask Bring(string tenant, CancellationToken cancel)
    {
        try
        {
            for (var part = 0; part < PartsPerTurn; part++)
            {
                var told = await commit.Write<bool>(new TenantId(tenant), Part, cancel);
                if (told.IsRefused || !told.Value) return;
            }
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one tenant's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, tenant, FailureName.Of(cause));
        }
    }

    /// <summary>False: there is nothing left.</summary>
    private async ValueTask<Result<bool>> Part(WriteTransaction write, CancellationToken cancel)
    {
        // Holds the tenant's head: no other process changes what is read here before this commits.
        await write.NextPosition(cancel);
        if (await write.QueryOne(Reached, [write.Tenant.Value], Place.Of, cancel) is not { } place) return false;
        if (place.Type.Length == 0) place = new Place(FileLinks.Types[0], 0, 0);
        object?[] from = [write.Tenant.Value, place.Type, place.Rid, place.Version, VersionsPerPart];
        var versions = await write.Query(Next, from, Version.Of, cancel);
        // The last resource is told to its end: what it said once must not be left as what it says.
        if (versions.Count == VersionsPerPart)
        {
            object?[] last = [write.Tenant.Value, versions[^1].Rid, versions[^1].Number];
            versions.AddRange(await write.Query(Rest, last, Version.Of, cancel));
        }

        foreach (var version in versions) await Tell(write, place.Type, version, cancel);
        if (versions.Count > 0) place = place with { Rid = versions[^1].Rid, Version = versions[^1].Number };
        else if (TypeAfter(place.Type) is { } next) place = new Place(next, 0, 0);
        else return await write.Execute(End, [write.Tenant.Value], cancel) == 0;
        await write.Execute(Reach, [place.Type, place.Rid, place.Version, write.Tenant.Value], cancel);
        return true;
    }

    private async ValueTask Tell(WriteTransaction write, string type, Version version, CancellationToken cancel)
    {
        JsonElement? resource = version.Body is null ? null : OwnReferences.Read(version.Body, own);
        var files = resource is { } read ? FileLinks.Of(read) : [];
        if (version.Number == 1 && files.Count == 0) return;
        var patients = resource is { } known ? new CompartmentReader(own).Patients(known, type) : [];
        var naming = FileLinks.Naming(
            $"{type}/{version.Id}", resource, [.. patients.Select(patient => new PatientId(patient))], version.Labels, version.Released);
        await NamedFiles.Follow(write, naming, files, cancel);
    }

    private static string? TypeAfter(string type) =>
        FileLinks.Types.SkipWhile(each => each != type).Skip(1).FirstOrDefault();

    private static readonly Statement Due = new($"""
        select tenant_id
        from access_file_past
        where {NotStopped.Sql}
        order by tenant_id
        """);

    private static readonly Statement Reached = new("""
        select type, rid, version
        from access_file_past
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Next = new($"""
        select r.id, r.rid, v.version, v.labels, v.released, v.body
        from fhir_resource r
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid
        where r.type_number = {Names.TypeSql("@tenant_id", "@type")}
          and r.rid >= @rid
          and (r.rid > @rid or v.version > @version)
        order by r.rid, v.version
        limit @limit
        """);

    private static readonly Statement Rest = new("""
        select r.id, r.rid, v.version, v.labels, v.released, v.body
        from fhir_version v
        join fhir_resource r on r.rid = v.rid
        where v.tenant_id = @tenant_id
          and v.rid = @rid
          and v.version > @version
        order by v.version
        """);

    private static readonly Statement Reach = new("""
        update access_file_past
        set type = @type, rid = @rid, version = @version
        where tenant_id = @tenant_id
        """);

    private static readonly Statement End = new("""
        delete from access_file_past
        where tenant_id = @tenant_id
        """);

    private sealed record Place(string Type, long Rid, long Version)
    {
        public static Place Of(DbDataReader row) => new(row.GetString(0), row.GetInt64(1), row.GetInt64(2));
    }

    private sealed record Version(string Id, long Rid, long Number, Sensitivity Labels, bool Released, byte[]? Body)
    {
        public static Version Of(DbDataReader row) => new(
            row.GetString(0), row.GetInt64(1), row.GetInt64(2), (Sensitivity)row.GetInt64(3), row.GetBoolean(4),
            row.IsDBNull(5) ? null : (byte[])row.GetValue(5));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Tenant {Tenant}: the files of older resources could not be looked at ({Cause}); it is tried again")]
        public static partial void Failed(ILogger logger, string tenant, string cause);
    }
}
