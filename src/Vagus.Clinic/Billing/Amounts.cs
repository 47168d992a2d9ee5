using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>Amounts of money: exact decimals, each with the ISO 4217 code of its currency. Pure.</summary>
internal static class Amounts
{
    public const string DefaultCurrency = "USD";
    public const decimal Least = 0.001m;
    public const decimal Most = 999_999_999m;

    // ISO 4217, list one, without metals and units of account.
    private static readonly HashSet<string> Codes =
    [
        "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD", "BND", "BOB",
        "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK",
        "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL",
        "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD",
        "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR",
        "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG",
        "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC",
        "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYI", "UYU", "UZS", "VED",
        "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
    ];

    // ISO 4217: minor units other than two.
    private static readonly HashSet<string> Whole =
        ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"];

    private static readonly HashSet<string> Thousandths = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    /// <summary>Null where the body names none.</summary>
    public static string? CurrencyIn(BodyFields fields)
    {
        if (fields.TextOrNull("currency") is not { } currency) return null;
        if (!Codes.Contains(currency)) fields.Refuse(FieldRefusals.Wrong("currency", "an ISO 4217 code such as USD"));
        return currency;
    }

    /// <summary>Refuses an amount with more decimals than the currency has.</summary>
    public static Refusal? RefuseDecimals(string field, decimal amount, string currency)
    {
        var digits = DigitsOf(currency);
        return decimal.Round(amount, digits) == amount ? null : FieldRefusals.Wrong(
            field, string.Create(CultureInfo.InvariantCulture, $"an amount with at most {digits} decimals, as {currency} has"));
    }

    /// <summary>Money, with as many decimals as the currency has.</summary>
    public static JsonObject Money(decimal amount, string currency) =>
        new() { ["value"] = InForm(amount, currency), ["currency"] = currency };

    /// <summary>The same number with as many decimals as the currency has.</summary>
    public static decimal InForm(decimal amount, string currency) => amount + new decimal(0, 0, 0, false, (byte)DigitsOf(currency));

    public static decimal? In(JsonElement resource, string element) => resource.Child(element)?.Number("value");

    public static string? CurrencyOf(JsonElement resource, string element) => resource.Child(element)?.Text("currency");

    private static int DigitsOf(string currency) => Whole.Contains(currency) ? 0 : Thousandths.Contains(currency) ? 3 : 2;
}
