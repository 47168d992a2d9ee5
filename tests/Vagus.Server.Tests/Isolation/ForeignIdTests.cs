using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Server.Tests.Isolation;

/// <summary>
/// Every route of the running server that takes an id, by every verb, with ids of the other tenant and of another person, both ways: what
/// is not the caller's is answered as an id that was never there. A route that the table does not know fails.
/// </summary>
public abstract class ForeignIdTests(Engine engine)
{
    [Fact]
    public async Task An_id_of_somebody_else_is_answered_as_one_that_was_never_there()
    {
        await using var server = await Start();
        var (north, south) = (await Side.Open(server, "north"), await Side.Open(server, "south"));
        var asked = 0;

        foreach (var row in ForeignIds.Rows)
        {
            foreach (var (own, other) in new[] { (north, south), (south, north) })
            {
                await Same(row, own, other.Ids);
                asked++;
                if (row.OtherPerson is null) continue;
                await Same(row, own, row.OtherPerson(own.Ids));
                asked++;
            }
        }

        // The last ones act: every id opens its door for the one whose it is.
        foreach (var (row, side) in ForeignIds.Rows.SelectMany(row => new[] { (row, north), (row, south) }))
            await Works(row, side);
        Assert.InRange(asked, 2 * ForeignIds.Rows.Count, int.MaxValue);
    }

    [Fact]
    public async Task An_id_in_a_query_or_a_body_opens_nothing_of_somebody_else()
    {
        await using var server = await Start();
        var (north, south) = (await Side.Open(server, "north"), await Side.Open(server, "south"));

        foreach (var row in ForeignMentions.Queries().Concat(ForeignMentions.Bodies()))
        {
            foreach (var (own, other) in new[] { (north, south), (south, north) })
            {
                await Same(row, own, other.Ids);
                if (row.OtherPerson is not null) await Same(row, own, row.OtherPerson(own.Ids));
                await Works(row, own);
            }
        }

        // An own id is found by each list: that nothing comes of another one says something.
        foreach (var row in ForeignMentions.Queries())
        {
            var (_, found) = await north.Send(row.By(north), row.Verb, row.PathOf(north.Ids));
            var (_, none) = await north.Send(row.By(north), row.Verb, row.PathOf(row.Names.ToDictionary(name => name, _ => "absent")));
            Assert.True(found.Length > none.Length + 20, $"{row.Route}: {found} of an own id and {none} of none");
        }
    }

    [Fact]
    public async Task Every_route_with_an_id_has_a_row()
    {
        await using var server = TestServer.Build();
        var routes = ((IEndpointRouteBuilder)server.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.Parameters.Count > 0)
            .SelectMany(
                endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"],
                (endpoint, verb) => $"{verb} {endpoint.RoutePattern.RawText}")
            .ToHashSet(StringComparer.Ordinal);
        var known = ForeignIds.Rows.Select(row => $"{row.Verb} {row.Route}").Concat(ForeignIds.WithoutId.Keys)
            .ToHashSet(StringComparer.Ordinal);

        Assert.Empty(routes.Except(known));
        // The web apps are mapped where they are built.
        known.RemoveWhere(route => route.EndsWith("{**path}", StringComparison.Ordinal));
        Assert.Empty(known.Except(routes));
    }

    private static async Task Same(ForeignId row, Side own, IReadOnlyDictionary<string, string> foreign)
    {
        foreach (var ids in row.Mixed(own.Ids, foreign))
        {
            var absent = ids.ToDictionary(id => id.Key, id => id.Value == own.Ids[id.Key] ? id.Value : Absent(id.Value));
            var theirs = await own.Send(row.By(own), row.Verb, row.PathOf(ids), row.BodyOf(ids), row.IfMatch);
            var none = await own.Send(row.By(own), row.Verb, row.PathOf(absent), row.BodyOf(absent), row.IfMatch);

            var asked = $"{row.Verb} {row.PathOf(ids)}: {theirs} and not {none}";
            Assert.True(theirs.Status == none.Status && theirs.Status is >= 200 and < 500, asked);
            Assert.True(Neutral(theirs.Text, ids) == Neutral(none.Text, absent) && theirs.Text.Length == none.Text.Length, asked);
        }
    }

    private static async Task Works(ForeignId row, Side side)
    {
        var (status, text) = await side.Send(row.By(side), row.Verb, row.PathOf(side.Ids), row.BodyOf(side.Ids), row.IfMatch);
        Assert.True(status == row.Works, $"{row.Verb} {row.PathOf(side.Ids)}: {status} {text}");
    }

    /// <summary>Of the same length and the same characters.</summary>
    private static string Absent(string id) => string.Concat(id.Select(letter => letter switch
    {
        >= '0' and <= '8' => (char)(letter + 1),
        '9' => '0',
        >= 'a' and < 'f' => (char)(letter + 1),
        'f' => 'a',
        _ => letter,
    }));

    /// <summary>Without the ids that were asked for and the number of the request.</summary>
    private static string Neutral(string text, IReadOnlyDictionary<string, string> ids)
    {
        const string trace = "\"traceId\":\"";
        var from = text.IndexOf(trace, StringComparison.Ordinal);
        if (from >= 0) text = text.Remove(from, text.IndexOf('"', from + trace.Length) - from);
        return ids.Values.Aggregate(text, (rest, id) => rest.Replace(id, "ID", StringComparison.Ordinal));
    }

    private async Task<TestServer> Start()
    {
        var settings = "--urls http://127.0.0.1:0";
        if (engine == Engine.Postgres) settings += $" --postgres {await PostgresServer.NextDatabase()}";
        return await TestServer.Start(settings);
    }
}

public sealed class ForeignIdsOnSqlite() : ForeignIdTests(Engine.Sqlite);

public sealed class ForeignIdsOnPostgres() : ForeignIdTests(Engine.Postgres);
