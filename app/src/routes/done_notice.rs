//! The confirmation that a page shows after a redirect: `?done=…`.

/// An action that has been done on the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoneNotice {
    /// 开通账号.
    Issued,
    /// 新增.
    Added,
    /// 编辑.
    Edited,
    /// 重新发送账号短信.
    Resent,
    /// 重置密码.
    Reset,
    /// 停用.
    Disabled,
    /// 启用.
    Enabled,
    /// 合并.
    Merged,
    /// 删除.
    Deleted,
    /// 修改密码.
    Password,
    /// The unit's own data are saved.
    Profile,
    /// 通过认证.
    Certified,
    /// 退回.
    Returned,
    /// The purchaser's own data are saved.
    Saved,
    /// 提交认证.
    Submitted,
    /// 提出争议.
    DisputeFiled,
    /// 撤回争议.
    DisputeWithdrawn,
    /// 支持争议.
    DisputeUpheld,
    /// 驳回争议.
    DisputeRejected,
    /// 保存预留份额草稿.
    PlanSaved,
    /// 报送预留份额.
    PlanSubmitted,
    /// 撤回预留份额.
    PlanWithdrawn,
    /// 申请变更预留份额.
    PlanChangeRequested,
    /// 审核通过预留份额.
    PlanApproved,
    /// 退回预留份额.
    PlanReturned,
    /// 同意变更预留份额.
    PlanChangeGranted,
    /// 不同意变更预留份额.
    PlanChangeDenied,
    /// 确认汇总.
    PlansConfirmed,
    /// 设置填报参数.
    PlanParametersSaved,
    /// 吊销接口密钥.
    ApiKeyRevoked,
    /// 发布通知.
    NoticePublished,
    /// 修改通知.
    NoticeEdited,
    /// 撤回通知.
    NoticeWithdrawn,
}

impl DoneNotice {
    /// All.
    pub const ALL: [Self; 33] = [
        Self::Issued,
        Self::Added,
        Self::Edited,
        Self::Resent,
        Self::Reset,
        Self::Disabled,
        Self::Enabled,
        Self::Merged,
        Self::Deleted,
        Self::Password,
        Self::Profile,
        Self::Certified,
        Self::Returned,
        Self::Saved,
        Self::Submitted,
        Self::DisputeFiled,
        Self::DisputeWithdrawn,
        Self::DisputeUpheld,
        Self::DisputeRejected,
        Self::PlanSaved,
        Self::PlanSubmitted,
        Self::PlanWithdrawn,
        Self::PlanChangeRequested,
        Self::PlanApproved,
        Self::PlanReturned,
        Self::PlanChangeGranted,
        Self::PlanChangeDenied,
        Self::PlansConfirmed,
        Self::PlanParametersSaved,
        Self::ApiKeyRevoked,
        Self::NoticePublished,
        Self::NoticeEdited,
        Self::NoticeWithdrawn,
    ];

    /// The notices on the page of a unit or a purchaser.
    pub const OF_HOLDER: [Self; 8] = [
        Self::Issued,
        Self::Added,
        Self::Edited,
        Self::Resent,
        Self::Reset,
        Self::Disabled,
        Self::Enabled,
        Self::Merged,
    ];

    /// The word in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Added => "added",
            Self::Edited => "edited",
            Self::Resent => "resent",
            Self::Reset => "reset",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Merged => "merged",
            Self::Deleted => "deleted",
            Self::Password => "password",
            Self::Profile => "profile",
            Self::Certified => "certified",
            Self::Returned => "returned",
            Self::Saved => "saved",
            Self::Submitted => "submitted",
            Self::DisputeFiled => "dispute-filed",
            Self::DisputeWithdrawn => "dispute-withdrawn",
            Self::DisputeUpheld => "dispute-upheld",
            Self::DisputeRejected => "dispute-rejected",
            Self::PlanSaved => "plan-saved",
            Self::PlanSubmitted => "plan-submitted",
            Self::PlanWithdrawn => "plan-withdrawn",
            Self::PlanChangeRequested => "plan-change-requested",
            Self::PlanApproved => "plan-approved",
            Self::PlanReturned => "plan-returned",
            Self::PlanChangeGranted => "plan-change-granted",
            Self::PlanChangeDenied => "plan-change-denied",
            Self::PlansConfirmed => "plans-confirmed",
            Self::PlanParametersSaved => "plan-parameters-saved",
            Self::ApiKeyRevoked => "api-key-revoked",
            Self::NoticePublished => "notice-published",
            Self::NoticeEdited => "notice-edited",
            Self::NoticeWithdrawn => "notice-withdrawn",
        }
    }

    /// Reads the word back.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::DoneNotice;

    #[test]
    fn every_word_is_read_back() {
        for notice in DoneNotice::ALL {
            assert_eq!(DoneNotice::from_name(notice.as_str()), Some(notice));
        }
        assert_eq!(DoneNotice::from_name("rubbish"), None);
    }
}
