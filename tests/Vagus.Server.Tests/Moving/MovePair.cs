using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Moving;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Server.Tests.Moving;

/// <summary>
/// Two servers with one root key, for all tests of their engines: each test moves tenants of its own from one to the other.
/// </summary>
public abstract class MovePair(Engine from, Engine to) : IAsyncLifetime
{
    public const string Address = "https://east.example";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private TestServer? here;
    private TestServer? there;

    internal TestServer Here => here ?? throw new InvalidOperationException("The servers are not started yet.");

    internal TestServer There => there ?? throw new InvalidOperationException("The servers are not started yet.");

    public async ValueTask InitializeAsync()
    {
        here = await TestServer.Start(await Settings(from));
        var key = Path.Combine(here.Folder, "root.key");
        there = await TestServer.Start(
            await Settings(to), services => services.AddSingleton(new RootKey(File.ReadAllBytes(key))));
        File.Copy(key, Path.Combine(there.Folder, "root.key"), overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (there is not null) await there.DisposeAsync();
        if (here is not null) await here.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal static async Task Whole(TestServer from, TestServer to, string tenant, CancellationToken cancel)
    {
        var move = await from.Get<TenantMoves>().To(to.Get<MovePlace>(), cancel);
        await move.Run(Of(tenant), Guid.NewGuid().ToString(), Nothing, _ => { }, cancel).WaitAsync(Limit, cancel);
    }

    /// <summary>False when it was broken off, as a kill does: after a step has been told, which is after its commit.</summary>
    internal async Task<bool> Goes(string tenant, CancellationToken cancel)
    {
        var move = await Here.Get<TenantMoves>().To(There.Get<MovePlace>(), cancel);
        try
        {
            await move.Run(Of(tenant), "m", Nothing, step =>
            {
                if (!step.EndsWith(Address, StringComparison.Ordinal)) throw new BrokenOffException();
            }, cancel).WaitAsync(Limit, cancel);
            return true;
        }
        catch (BrokenOffException)
        {
            return false;
        }
    }

    /// <summary>Each place has one node, which ends the sessions itself: nobody has to learn of it.</summary>
    internal static TenantMove Of(string tenant) =>
        new(new TenantId(tenant), Address) { Pause = TimeSpan.Zero };

    internal static ValueTask Nothing() => ValueTask.CompletedTask;

    /// <summary>The code with which a write of the tenant is refused; null where it is taken.</summary>
    internal static async Task<string?> Refused(TestServer server, string tenant, CancellationToken cancel) =>
        (await server.Get<GroupCommit>().Write<bool>(
            new TenantId(tenant), (_, _) => ValueTask.FromResult<Result<bool>>(true), cancel)).Refusal?.Code;

    /// <summary>The tables, of facts and keys, that have a text or bytes with the word.</summary>
    internal static async Task<List<string>> Mentions(TestServer server, string word, CancellationToken cancel)
    {
        var (place, tables) = (server.Get<MovePlace>(), new List<string>());
        foreach (var side in new[] { place.Facts, place.Keys })
        {
            foreach (var table in await MovePlan.TablesOf(side, cancel))
            {
                var columns = string.Join(", ", table.Select(column => column.Name));
                var rows = await side.Query(
                    new Statement($"select {columns} from {table.Key}"), [],
                    row => Enumerable.Range(0, row.FieldCount).Select(row.GetValue).Any(value => Has(value, word)), cancel);
                if (rows.Contains(true)) tables.Add(table.Key);
            }
        }

        return tables;
    }

    private static bool Has(object value, string word) => value switch
    {
        string text => text.Contains(word, StringComparison.Ordinal),
        byte[] bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) >= 0,
        _ => false,
    };

    private static async Task<string> Settings(Engine engine) => engine == Engine.Sqlite
        ? "--urls http://127.0.0.1:0" : $"--urls http://127.0.0.1:0 --postgres {await PostgresServer.NextDatabase()}";

    private sealed class BrokenOffException : Exception;
}

public sealed class SqliteToPostgres() : MovePair(Engine.Sqlite, Engine.Postgres);

public sealed class PostgresToPostgres() : MovePair(Engine.Postgres, Engine.Postgres);

public sealed class PostgresToSqlite() : MovePair(Engine.Postgres, Engine.Sqlite);
