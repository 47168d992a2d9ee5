namespace Vagus.Care.Charts;

/// <summary>How much of a chart is read and answered at once.</summary>
internal static class ChartLimits
{
    /// <summary>Entries of one list within the chart; the chart says where there are more.</summary>
    public const int InChart = 200;

    public const int DefaultPage = 50;

    public const int LargestPage = 200;

    /// <summary>Rows that belong to the items of one page: tests, dispenses, vital signs.</summary>
    public const int PartsOfPage = 10_000;

    /// <summary>Images that one study lists.</summary>
    public const int Images = 2_000;

    /// <summary>Charts that were put together are kept up to this size, all tenants' together.</summary>
    public const int KnownBytes = 32 * 1024 * 1024;

    /// <summary>Rows that are counted: a count that reaches it is not exact.</summary>
    public const int Counted = 10_000;
}
