using System.Globalization;

namespace Vagus.Fhir.R4.Oracle.Tests;

/// <summary>How much the random tests do, and from which seed. Both are printed by each test that uses them.</summary>
internal static class Sizes
{
    /// <summary><c>VAGUS_ORACLE_TIMES=20</c> makes the random tests do twenty times their usual work.</summary>
    public static int Times { get; } = Read("VAGUS_ORACLE_TIMES", 1);

    /// <summary><c>VAGUS_ORACLE_SEED</c> starts them elsewhere; a failing case prints the seed that shows it alone.</summary>
    public static int Seed { get; } = Read("VAGUS_ORACLE_SEED", 20_261_126);

    private static int Read(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : usual;
}
