//! The words of the server's own page, shown where the application cannot answer.

texts! {
    problem_title: "这一步没有完成", "This was not done";
    problem_home: "返回首页", "Back to the start page";
}
