using System.Collections.Concurrent;
using Vagus.Kernel;
using Vagus.Messaging.Triage;
using Vagus.Messaging.Words;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Canned;

/// <summary>
/// The canned responses of a tenant. The first look at them puts those in place that every tenant begins with, in the tenant's language:
/// from then on they are its own, and one that was deleted stays deleted.
/// </summary>
internal sealed class CannedResponses(Database database, GroupCommit commit, MessagingPolicies policies)
{
    public const int MostOfScope = 500;

    private readonly ConcurrentDictionary<TenantId, bool> begun = new();

    /// <summary>Those that the caller may use: shared ones and its own, by title.</summary>
    public async ValueTask<IReadOnlyList<CannedResponse>> Of(Caller caller, CancellationToken cancel)
    {
        await Begin(caller.Tenant, cancel);
        return await database.Query(
            Usable, [caller.Tenant.Value, caller.User.Value, 2L * MostOfScope], CannedResponse.Read, cancel);
    }

    /// <summary>Null of one that the caller may not use.</summary>
    public async ValueTask<CannedResponse?> Find(Caller caller, string id, CancellationToken cancel)
    {
        await Begin(caller.Tenant, cancel);
        return await Find(database, caller, id, cancel);
    }

    public static async ValueTask<CannedResponse?> Find(IRunQueries queries, Caller caller, string id, CancellationToken cancel) =>
        await queries.QueryOne(One, [caller.Tenant.Value, id, caller.User.Value], CannedResponse.Read, cancel);

    /// <summary>A message was written with it; one that is gone meanwhile counts nothing.</summary>
    public static ValueTask CountUse(WriteTransaction write, Caller caller, string id, CancellationToken cancel) =>
        write.Queue(Count, [write.Tenant.Value, id, caller.User.Value], cancel);

    private async ValueTask Begin(TenantId tenant, CancellationToken cancel)
    {
        if (begun.ContainsKey(tenant)) return;
        var there = await database.QueryOne(HasAny, [tenant.Value], row => row.GetInt64(0), cancel) > 0;
        if (!there)
        {
            var language = (await policies.Of(tenant, cancel)).Language;
            var put = await commit.Write<bool>(
                tenant,
                async (write, stop) =>
                {
                    foreach (var name in PatientWords.DefaultCanned) await AddDefault(write, language, name, stop);
                    return true;
                },
                cancel);
            // A tenant of which nothing is written at the moment begins with the next look.
            if (put.IsRefused) return;
        }

        begun[tenant] = true;
    }

    private static ValueTask AddDefault(WriteTransaction write, Language language, string name, CancellationToken cancel) => write.Queue(
        InsertDefault,
        [
            write.Tenant.Value, $"default-{name}", PatientWords.Find(language, PatientWords.CannedTitle(name)),
            PatientWords.Find(language, PatientWords.Canned(name)), CategoryOf(name), name, write.At.ToMicroseconds(),
        ],
        cancel);

    private static string CategoryOf(string name) => name switch
    {
        "prescription-approved" => "prescription_refill",
        "appointment-scheduled" => "appointment",
        "billing-forwarded" => "billing",
        "results-normal" => "medical_question",
        _ => "general",
    };

    private static readonly Statement Usable = new($"""
        select {CannedResponse.Columns}
        from messaging_canned c
        where c.tenant_id = @tenant_id
          and c.owner_id in ('', @user_id)
          and c.deleted_at is null
        order by lower(c.title), c.canned_id
        limit @limit
        """);

    private static readonly Statement One = new($"""
        select {CannedResponse.Columns}
        from messaging_canned c
        where c.tenant_id = @tenant_id
          and c.canned_id = @canned_id
          and c.owner_id in ('', @user_id)
          and c.deleted_at is null
        """);

    private static readonly Statement HasAny = new("""
        select count(*)
        from messaging_canned
        where tenant_id = @tenant_id
          and created_by is null
        """);

    private static readonly Statement InsertDefault = new("""
        insert into messaging_canned
          (tenant_id, canned_id, owner_id, created_by, title, content, category, shortcode, usage_count, version, changed_at)
        values (@tenant_id, @canned_id, '', null, @title, @content, @category, @shortcode, 0, 1, @changed_at)
        on conflict do nothing
        """);

    private static readonly Statement Count = new("""
        update messaging_canned
        set usage_count = usage_count + 1
        where tenant_id = @tenant_id
          and canned_id = @canned_id
          and owner_id in ('', @user_id)
          and deleted_at is null
        """);
}
