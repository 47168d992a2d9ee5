namespace Vagus.Demo.Playing;

/// <summary>What makes one visit different from another. The first visits of a day go through all of them in turn.</summary>
internal enum Episode
{
    Routine,
    CriticalLab,
    NormalImaging,
    CriticalImaging,
    AllergyContraindication,
    NoShow,
    Cancelled,
    Rescheduled,
    Biopsy,
    Interaction,
    PriorAuthorizationApproved,
    PriorAuthorizationDenied,
    ClaimDenied,
    FrontDeskWork,
}
