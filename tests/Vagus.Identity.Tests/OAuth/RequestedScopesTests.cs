using Vagus.Access.Authorization;
using Vagus.Identity.OAuth;

namespace Vagus.Identity.Tests.OAuth;

/// <summary>What is granted of what is asked for, compared with a naive reading of scopes: which row may be used for what.</summary>
public sealed class RequestedScopesTests
{
    private const int Draws = 4000;
    private static readonly string[] Contexts = ["patient", "user", "system"];
    private static readonly string[] Types = ["Observation", "Condition", "*"];
    private static readonly string[] Verbs = ["read", "write", "*", "r", "s", "rs", "c", "cu", "ud", "cruds", "cs"];
    private static readonly string[] Pairs = ["category=laboratory", "status=final", "code=a"];

    [Theory]
    [InlineData("user/Observation.rs?category=laboratory", "user/Observation.rs?status=final&status=final")]
    [InlineData("user/Observation.rs?category=laboratory", "user/Observation.rs?status=final&statu%73=final")]
    [InlineData("user/Observation.rs?category=laboratory&code=a", "user/Observation.rs?status=final&status=final&status=final")]
    public void A_criterion_that_is_named_twice_takes_no_other_one_away(string registered, string asked)
    {
        var granted = RequestedScopes.Cut([asked], [registered], "user").Value;

        var criteria = SmartScope.Parse(Assert.Single(granted))?.Criteria ?? [];
        Assert.Contains(new RowCriterion("category", "laboratory"), criteria);
        Assert.Contains(new RowCriterion("status", "final"), criteria);
    }

    [Fact]
    public void What_is_granted_lets_through_just_what_is_asked_for_and_registered()
    {
        var random = new Random(20261129);
        for (var draw = 0; draw < Draws; draw++)
        {
            var (registered, asked) = (Draw(random), Draw(random));

            var granted = RequestedScopes.Cut(asked, registered, Contexts).Value;

            foreach (var (context, type, letter, held) in Uses())
            {
                var may = Lets(registered, context, type, letter, held) && Lets(asked, context, type, letter, held);
                Assert.True(
                    Lets(granted, context, type, letter, held) == may,
                    $"{string.Join(' ', asked)} within {string.Join(' ', registered)} gives {string.Join(' ', granted)}, "
                    + $"which is wrong for {letter} by {context} with {type} that matches {string.Join('&', held)}");
            }
        }
    }

    [Fact]
    public void What_is_granted_can_be_read_again()
    {
        var limit = $"user/Observation.rs?{string.Join('&', Enumerable.Range(0, 10).Select(number => $"code={number}"))}";

        var granted = RequestedScopes.Cut(["user/Observation.rs?status=final"], [limit], "user").Value;

        Assert.All(granted, scope => Assert.NotNull(SmartScope.Parse(scope)));
    }

    private static string[] Draw(Random random) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => One(random))];

    private static string One(Random random)
    {
        var type = Types[random.Next(Types.Length)];
        var scope = $"{Contexts[random.Next(Contexts.Length)]}/{type}.{Verbs[random.Next(Verbs.Length)]}";
        if (type == "*" || random.Next(3) == 0) return scope;
        return $"{scope}?{string.Join('&', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pairs[random.Next(Pairs.Length)]))}";
    }

    /// <summary>Each letter by each context with each type, of a row that matches each subset of the criteria.</summary>
    private static IEnumerable<(string Context, string Type, char Letter, string[] Held)> Uses() =>
        from context in Contexts
        from type in new[] { "Observation", "Condition", "Patient" }
        from letter in "cruds"
        from subset in Enumerable.Range(0, 1 << Pairs.Length)
        select (context, type, letter, Pairs.Where((_, at) => (subset & (1 << at)) != 0).ToArray());

    private static bool Lets(IEnumerable<string> scopes, string context, string type, char letter, string[] held) =>
        scopes.Any(scope =>
        {
            var parts = scope.Split('/', '?');
            var (of, verbs) = (parts[1].Split('.')[0], parts[1].Split('.')[1]);
            var letters = verbs switch { "read" => "rs", "write" => "cud", "*" => "cruds", _ => verbs };
            var criteria = parts.Length > 2 ? parts[2].Split('&') : [];
            return parts[0] == context && (of == "*" || of == type) && letters.Contains(letter) && criteria.All(held.Contains);
        });
}
