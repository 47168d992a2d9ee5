using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Operating;

/// <summary>In a store that the other installation does not use a move would find contents that are not there.</summary>
public sealed class MoveToOtherStoreTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_move_does_not_begin_where_the_other_installation_keeps_its_files_elsewhere()
    {
        var (here, _) = await PreparedClinic.Copy(Engine.Sqlite);
        await using var ours = here;
        var (there, _) = await PreparedClinic.Copy(Engine.Postgres);
        await using var theirs = there;
        await Write(there, Clinic.OtherTenant, (write, cancel) => write.Execute(InsertFile, [Clinic.OtherTenant], cancel));
        Dictionary<string, string> settings = new()
        {
            ["VAGUS_TO_POSTGRES"] = there.Options.Postgres!, ["VAGUS_ROOT_KEY"] = Convert.ToBase64String(new byte[32]),
        };
        string[] command = ["tenant", "move", Clinic.Tenant, "--to-address", "https://east.example"];

        await using var moving = ChildProcess.Start(
            ["dotnet", Programs.Server, .. command, "--data", here.Folder, "--to-data", there.Folder], settings);
        var code = await moving.Ended(Limit);

        Assert.NotEqual(0, code);
        Assert.Contains($"keeps its files elsewhere than in {there.Folder}", moving.Said, StringComparison.Ordinal);
        await Write(here, Clinic.Tenant, (_, _) => ValueTask.FromResult(0));
    }

    private static async Task Write(
        ServerData data, string tenant, Func<Storage.Writing.WriteTransaction, CancellationToken, ValueTask<int>> work)
    {
        var written = await data.Commit.Write<int>(
            new TenantId(tenant), async (write, cancel) => await work(write, cancel), CancellationToken.None);
        Assert.False(written.IsRefused);
    }

    private static readonly Statement InsertFile = new("""
        insert into access_file (
          tenant_id, file_id, store, owner_id, size, content_type, state, sealed_facts, labels, released, created_at, scan_after)
        values (@tenant_id, '01990000-0000-7000-8000-000000000001', 'files', 'u', 3, 'image/png', 'clean', '', 0, false, 0, 0)
        """);
}
