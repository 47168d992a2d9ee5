using Vagus.Access.Authorization;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.People;

/// <summary>People are found by their names alike on both engines.</summary>
public abstract class NamedTests(Engine engine)
{
    private static readonly string[] Names = ["L\u00E9a Strau\u00DF", "\u0130pek \u00D6z", "\u00C5sa Berg", "Zoe 50%_!", "Anna Berg"];

    [Theory]
    [InlineData("lea", "L\u00E9a Strau\u00DF")]
    [InlineData("L\u00C9A", "L\u00E9a Strau\u00DF")]
    [InlineData("le\u0301a", "L\u00E9a Strau\u00DF")]
    [InlineData("STRAU\u1E9E", "L\u00E9a Strau\u00DF")]
    [InlineData("ipek", "\u0130pek \u00D6z")]
    [InlineData("\u0130PEK \u00D6Z", "\u0130pek \u00D6z")]
    [InlineData("oz", "\u0130pek \u00D6z")]
    [InlineData("%_!", "Zoe 50%_!")]
    [InlineData("berg", "Anna Berg, \u00C5sa Berg")]
    [InlineData("nobody", "")]
    public async Task A_name_is_found_without_case_and_diacritics(string text, string found)
    {
        await using var clinic = await TestClinic.Open(engine);
        for (var number = 0; number < Names.Length; number++)
            await Add(clinic, TestClinic.North, $"person{number}@example.org", Names[number], Role.Nurse);
        await Add(clinic, TestClinic.South, "south@example.org", "Lea Oz Berg", Role.Nurse);
        await Add(clinic, TestClinic.North, "clerk@example.org", "Lea Oz Berg", Role.Billing);

        var named = await clinic.Get<IFindUsers>().Named(TestClinic.North, text, [Role.Nurse], 10, default);

        Assert.Equal(found, string.Join(", ", named.Select(each => each.Name)));
    }

    [Fact]
    public async Task No_more_are_found_than_asked_for_the_first_by_name()
    {
        await using var clinic = await TestClinic.Open(engine);
        foreach (var name in (string[])["\u00D6rs", "Otto", "Oda"])
            await Add(clinic, TestClinic.North, $"{Guid.NewGuid():n}@example.org", name, Role.Nurse);

        var named = await clinic.Get<IFindUsers>().Named(TestClinic.North, "o", [Role.Nurse], 2, default);

        Assert.Equal(["Oda", "\u00D6rs"], named.Select(each => each.Name));
    }

    private static async Task Add(TestClinic clinic, TenantId tenant, string email, string name, Role role) =>
        Assert.Null((await clinic.Get<AddUser>().Add(
            new NewUser(tenant, email, name, role) { Password = TestClinic.Password }, default)).Refusal);
}

public sealed class NamedOnSqlite() : NamedTests(Engine.Sqlite);

public sealed class NamedOnPostgres() : NamedTests(Engine.Postgres);
